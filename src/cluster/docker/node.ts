/** One node: its container, whether it runs, and what has to be done to it again whenever it was started anew. */

import type { NodeId } from '../../../systems/protocol.ts';
import { messageOf, RunError } from '../../errors.ts';
import type { Address } from '../../node/config.ts';
import { realClock } from '../clock.ts';
import { type Connection, NoAnswer, type NodeEvent } from '../cluster.ts';
import type { Observation, PacketRule, Skew } from '../faults.ts';
import { connectHost, observeHost, skewHost, untilAnswers } from '../host-client.ts';
import { parseNodeLog, wordsOf } from '../node-log.ts';
import { apiPort, type Container, type ContainerOptions, createContainer } from './container.ts';
import { nodeDelay, type NodeDelay } from './delay.ts';

const answersWithinMs = 10_000;
/** How much of a node's output an error quotes. */
const lastWordsLines = 5;
/** How often another port is taken for a node whose port somebody else got first. */
const portTries = 5;
/** An engine that refuses to pause a process that is just ending says so sooner than that it has ended. */
const endIsHeardWithinMs = 200;

/** What a node needs of its cluster. */
export interface NodeOptions {
  readonly node: NodeId;
  readonly addresses: Readonly<Record<NodeId, string>>;
  /** Finds a port of 127.0.0.1 that leads to the node; null where its own address is reachable. */
  readonly freePort: (() => Promise<number>) | null;
  /** How its container is made. */
  readonly container: Omit<ContainerOptions, 'address' | 'publishedPort' | 'onLine' | 'onExit'>;
  /** The delays in force in the cluster. */
  readonly delayRules: () => readonly PacketRule[];
  readonly emit: (event: NodeEvent) => void;
}

export interface DockerNode {
  /** Starts the process and resolves once it answers; a RunError with its last words otherwise. */
  start(): Promise<void>;
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  skew(skew: Skew): Promise<void>;
  delay(rules: readonly PacketRule[]): Promise<void>;
  observe(): Promise<Observation | null>;
  connect(): Connection;
  /** Lets `start` fail at once instead of waiting for an answer. */
  giveUp(): void;
  /** Resolves when no process runs and all it printed was emitted. */
  ended(): Promise<void>;
}

/** Nothing is made before the first `start`. */
export function dockerNode(options: NodeOptions): DockerNode {
  const { node, addresses, emit } = options;
  const ip = addresses[node] ?? '';
  let container: Container | null = null;
  let address: Address = { host: ip, port: apiPort };
  let delay: NodeDelay | null = null;
  let status: 'down' | 'up' | 'paused' = 'down';
  let skew: { readonly value: Skew; readonly since: number } | null = null;
  let lastWords: string[] = [];
  let onExit: (how: string) => void = () => undefined;

  const make = async (attempt: number): Promise<Container> => {
    const publishedPort = options.freePort === null ? null : await options.freePort();
    if (publishedPort !== null) address = { host: '127.0.0.1', port: publishedPort };
    return createContainer({
      ...options.container,
      name: attempt === 1 ? options.container.name : `${options.container.name}-${attempt}`,
      address: ip,
      publishedPort,
      onLine(line) {
        const event = parseNodeLog(node, line);
        lastWords = [...lastWords, wordsOf(event)].slice(-lastWordsLines);
        emit(event);
      },
      onExit(how) {
        status = 'down';
        emit({ node, at: realClock.now(), kind: 'exit', name: how });
        onExit(how);
      },
    });
  };

  /** The first launch finds a port that stays the node's; until then somebody else may take it. */
  const launch = async (): Promise<void> => {
    if (container !== null) {
      await container.launch();
      return;
    }
    for (let attempt = 1; ; attempt++) {
      const made = await make(attempt);
      delay = nodeDelay(node, addresses, made.pid);
      try {
        await made.launch();
        container = made;
        return;
      } catch (error) {
        const taken = /port is already allocated|address already in use/.test(messageOf(error));
        if (!taken || attempt === portTries) throw error;
      }
    }
  };

  /** Tells the node its skew as it has grown by now: a process that was started anew knows nothing of it. */
  const applySkew = async (): Promise<void> => {
    if (skew === null) return;
    const { offsetMs, rate } = skew.value;
    const grownMs = (rate - 1) * (realClock.now() - skew.since);
    await skewHost(address, { offsetMs: offsetMs + grownMs, rate });
  };
  const made = (): Container => {
    if (container === null) throw new RunError(`${node} was never started`);
    return container;
  };

  return {
    async start() {
      if (status !== 'down') return;
      status = 'up';
      lastWords = [];
      // The process may have ended by the time that the engine says it started.
      const ended = new Promise<string>((resolve) => (onExit = resolve));
      try {
        await launch();
      } catch (error) {
        status = 'down';
        throw error;
      }
      const outcome = await Promise.race([untilAnswers(address, answersWithinMs), ended]);
      if (outcome !== true) {
        const what = outcome === false ? `did not answer within ${answersWithinMs / 1000} s` : `ended with ${outcome}`;
        throw new RunError(`${node} ${what}; its last words: ${lastWords.join(' | ') || '(none)'}`);
      }
      await applySkew();
      // Its network interface is a new one, too.
      await delay?.renew(options.delayRules());
    },
    async kill() {
      if (status !== 'down') await made().kill();
    },
    async pause() {
      if (status !== 'up') return;
      try {
        await made().pause();
        status = 'paused';
      } catch (error) {
        const ended = await Promise.race([made().ended(), realClock.sleep(endIsHeardWithinMs).then(() => 'running')]);
        if (ended === 'running') throw error;
      }
    },
    async resume() {
      if (status !== 'paused') return;
      await made().resume();
      status = 'up';
      await applySkew();
    },
    async skew(value) {
      skew = { value, since: realClock.now() };
      if (status === 'up') await applySkew();
    },
    async delay(rules) {
      if (status !== 'down') await delay?.set(rules);
    },
    // A paused node is asked all the same: only its own silence shows that the pause took effect.
    observe: () => (status === 'down' ? Promise.resolve(null) : observeHost(address)),
    connect() {
      const line = connectHost(node, address);
      return {
        ...line,
        // Nobody answers for the address of a container that has ended, not even with a refusal, so the line itself
        // refuses as a live machine without the process would.
        async request(request, timeoutMs) {
          if (status === 'down') throw new NoAnswer(`${node}: connection refused`, false);
          return line.request(request, timeoutMs);
        },
      };
    },
    giveUp() {
      onExit('the end of the run');
    },
    ended: () => container?.ended() ?? Promise.resolve(),
  };
}
