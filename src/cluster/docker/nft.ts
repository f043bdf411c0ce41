/**
 * Runs nftables scripts where the cluster's bridge is. One `nft -i` serves a whole run, here or in a container: a cut then
 * takes about a millisecond where a process of its own takes ten on a busy machine.
 */

import { spawn } from 'node:child_process';

import { RunError } from '../../errors.ts';
import { toolEnvironment } from '../namespaces.ts';

export interface Nft {
  /** Runs the script in one transaction and resolves to what nft printed; a RunError with its complaint. */
  run(script: string): Promise<string>;
  /** Ends nft, which removes the table that it was started for. */
  close(): Promise<void>;
}

/**
 * For `sh`, with the name of a table: hands its input to nft line by line until it ends, as it does with the process on
 * the other side, and then removes the table. An nft that was built without its command line is started for every line.
 */
export const nftScript = `
if nft -i </dev/null >/dev/null 2>&1; then nft -i 2>&1
else while IFS= read -r line; do printf '%s\\n' "$line" | nft -f - 2>&1; done
fi
nft delete table bridge "$1" 2>/dev/null
exit 0
`;

/** Asks nft for something that needs no kernel, so that its answer marks the end of the one before. */
const endCommand = 'describe meta mark';
const endAnswer = /^(?:.*\n)*?.*meta expression, datatype mark .*\n/;
const answersWithinMs = 5_000;

/** A running `nftScript`, wherever it runs. */
export interface NftProcess {
  /** For messages. */
  readonly name: string;
  write(text: string): void;
  /** Ends its input; resolves when it is gone. */
  end(): Promise<void>;
  destroy(): void;
  onOutput(listener: (text: string) => void): void;
  onEnd(listener: () => void): void;
}

/** Speaks with `nftScript`, one script at a time. */
export function converse(process: NftProcess): Nft {
  let heard = '';
  let over = false;
  let settle: () => void = () => undefined;
  process.onOutput((text) => {
    heard += text;
    settle();
  });
  process.onEnd(() => {
    over = true;
    settle();
  });

  const ask = (script: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const fail = (message: string): void => {
        reject(new RunError(`${process.name} ${message}`));
      };
      const timer = setTimeout(() => {
        settle = () => undefined;
        fail(`did not answer within ${answersWithinMs / 1000} s`);
        // Its answer may still come, and would be taken for that of the next script.
        process.destroy();
      }, answersWithinMs);
      settle = () => {
        const answer = endAnswer.exec(heard)?.[0];
        if (answer === undefined && !over) return;
        settle = () => undefined;
        clearTimeout(timer);
        if (answer === undefined) fail(`has ended${heard && `: ${heard.trim()}`}`);
        else if (answer.includes('Error: '))
          fail(`refused: ${answer.slice(0, answer.indexOf('\n', answer.indexOf('Error: ')))}`);
        else resolve(answer.slice(0, answer.lastIndexOf('meta expression')));
      };
      heard = '';
      if (over) settle();
      else process.write(`${oneLine(script)}\n${endCommand}\n`);
    });

  let last: Promise<unknown> = Promise.resolve();
  return {
    run(script) {
      const next = last.then(() => ask(script));
      last = next.catch(() => undefined);
      return next;
    },
    close: () => process.end(),
  };
}

/** A line is a transaction, and a semicolon as good as a line's end. */
export function oneLine(script: string): string {
  return script.trim().replaceAll(/\s*\n\s*/g, '; ');
}

/** On this machine, as root. */
export function hostNft(table: string): Nft {
  // Not in the terminal's process group, or a Ctrl-C would end it before the cluster has healed.
  const child = spawn('sh', ['-c', nftScript, 'sh', table], {
    env: toolEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  let gone = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      gone = true;
      resolve();
    };
    child.on('error', end);
    child.on('close', end);
  });
  return converse({
    name: 'nft',
    write: (text) => void child.stdin.write(text),
    end() {
      if (!gone) child.stdin.end();
      return ended;
    },
    destroy: () => void child.kill('SIGKILL'),
    onOutput: (listener) => void child.stdout.setEncoding('utf8').on('data', listener),
    onEnd: (listener) => void ended.then(listener),
  });
}

/** Runs a command on this machine with something to read; a RunError with its complaint unless it ends with code 0. */
export function runCommand([command, ...args]: readonly [string, ...string[]], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: toolEnvironment(), stdio: 'pipe' });
    let printed = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (complaint += String(chunk)));
    const fail = (how: string): void => {
      reject(new RunError(`${[command, ...args].join(' ')} ${how}`));
    };
    child.on('error', (error) => {
      fail(error.message);
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else fail(`ended with ${signal ?? `code ${code}`}: ${oneLine(complaint)}`);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
