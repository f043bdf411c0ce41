/** A module that the command line can load: see systems.ts. */

export { wrong as system } from './systems.ts';
