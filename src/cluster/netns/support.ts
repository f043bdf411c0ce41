/** Whether this machine can run a cluster in network namespaces. */

import { features } from '../namespaces.ts';

/** True, or why not, for a person. */
export function netnsSupport(): Promise<true | string> {
  return Promise.resolve(features().network);
}
