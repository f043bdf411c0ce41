/** A module that the command line can load: see systems.ts. */

export { spared as system } from './systems.ts';
