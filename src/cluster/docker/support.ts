/** Whether there is a Docker engine to run nodes with. */

import { messageOf } from '../../errors.ts';
import { openEngine } from './engine.ts';

/** True, or one line that says why not and what to do. Honours DOCKER_HOST. */
export async function dockerSupport(): Promise<true | string> {
  try {
    await openEngine();
    return true;
  } catch (error) {
    return messageOf(error);
  }
}
