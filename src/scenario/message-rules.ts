/** What becomes of single messages: the first rule that takes one decides, the others pass. */

import type { Json, NodeId } from '../../systems/protocol.ts';
import type { Told } from '../transcript/idiom.ts';

/** Which messages a rule takes: those that are all of what is given. */
export interface Messages {
  readonly from?: readonly NodeId[];
  readonly to?: readonly NodeId[];
  readonly kind?: string;
  /** Looks at the message itself, in the protocol's own form. */
  readonly where?: (message: Json) => boolean;
}

/** A rule in force. */
export interface MessageRule {
  /** Messages that it has taken. */
  taken(): number;
  /** From now on it takes none. */
  end(): void;
}

/** A rule that keeps messages back. */
export interface HeldMessages extends MessageRule {
  /** Messages that are held now. */
  held(): number;
  /** Lets those that are held go on their way, in their order; more may be held after. */
  release(): void;
}

export type Fate = 'drop' | 'double' | 'hold';

interface Rule extends Messages {
  readonly fate: Fate;
  taken: number;
  waiting: { readonly from: NodeId; readonly to: NodeId; readonly told: Told; readonly send: () => void }[];
}

export interface MessageRules {
  /** How many copies of a message go on their way now. */
  copies(from: NodeId, to: NodeId, message: Json, send: () => void): number;
  add(fate: Fate, messages: Messages): HeldMessages;
}

export interface MessageRulesOptions {
  readonly tell: (message: Json) => Told;
  /** Told of each message that a rule has taken, and of each that is let go. */
  readonly happened: (what: Fate | 'release', from: NodeId, to: NodeId, told: Told) => void;
}

const copiesOf: Readonly<Record<Fate, number>> = { drop: 0, hold: 0, double: 2 };

export function messageRules({ tell, happened }: MessageRulesOptions): MessageRules {
  let rules: readonly Rule[] = [];

  return {
    copies(from, to, message, send) {
      const told = tell(message);
      const rule = rules.find(
        (each) =>
          (each.from?.includes(from) ?? true) &&
          (each.to?.includes(to) ?? true) &&
          (each.kind === undefined || each.kind === told.kind) &&
          (each.where?.(message) ?? true),
      );
      if (rule === undefined) return 1;
      rule.taken++;
      if (rule.fate === 'hold') rule.waiting.push({ from, to, told, send });
      happened(rule.fate, from, to, told);
      return copiesOf[rule.fate];
    },
    add(fate, messages) {
      const rule: Rule = { ...messages, fate, taken: 0, waiting: [] };
      rules = [...rules, rule];
      return {
        taken: () => rule.taken,
        held: () => rule.waiting.length,
        end() {
          rules = rules.filter((other) => other !== rule);
        },
        release() {
          const { waiting } = rule;
          rule.waiting = [];
          for (const { from, to, told, send } of waiting) {
            happened('release', from, to, told);
            send();
          }
        },
      };
    },
  };
}
