/** A module that the command line can load: see systems.ts. */

export { right as system } from './systems.ts';
