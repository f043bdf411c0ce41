/** Writes that came before what they depend on, by sender and number. */

import type { NodeId } from '../protocol.ts';
import { numberOf, type Write } from './messages.ts';

export class DelayQueue {
  size = 0;
  readonly #max: number;
  readonly #bySender = new Map<NodeId, Map<number, Write>>();

  constructor(max: number) {
    this.#max = max;
  }

  get(sender: NodeId, number: number): Write | undefined {
    return this.#bySender.get(sender)?.get(number);
  }

  /** False when there is no room for it. What is there already is kept. */
  add(write: Write): boolean {
    const { sender } = write;
    let ofSender = this.#bySender.get(sender);
    if (ofSender === undefined) this.#bySender.set(sender, (ofSender = new Map<number, Write>()));
    if (ofSender.has(numberOf(write))) return true;
    if (this.size >= this.#max) return false;
    ofSender.set(numberOf(write), write);
    this.size++;
    return true;
  }

  remove(write: Write): void {
    if (this.#bySender.get(write.sender)?.delete(numberOf(write)) === true) this.size--;
  }
}
