/** `clew doctor`: what this machine can do, and leftovers of runs that were killed. */

import { Command } from 'commander';
import { coloursOf, type Colours } from './colours.ts';
import type { Finding } from './machine.ts';

/** One line a finding; what is missing says what it is for and how to get it. */
export function describeFindings(findings: readonly Finding[], colours: Colours): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, there, detail, neededFor, get }) => {
      const mark = there ? colours.green('yes') : colours.yellow('no ');
      const indent = ' '.repeat(width + 7);
      const how = there || get === '' ? '' : `\n${indent}get it: ${get}`;
      return `${name.padEnd(width)}  ${mark}  ${detail}\n${indent}${colours.dim(`for ${neededFor}`)}${how}`;
    })
    .join('\n');
}

async function clean(): Promise<void> {
  const [{ cleanDocker }, { cleanNetns }, { clusterSupport }] = await Promise.all([
    import('../cluster/docker/clean.ts'),
    import('../cluster/netns/clean.ts'),
    import('../runner/select-cluster.ts'),
  ]);
  const removed = [...(await cleanNetns()), ...(await cleanDocker({ images: true }))];
  const engine = await clusterSupport('docker');
  if (engine !== true) process.stderr.write(`containers were not looked for: ${engine}\n`);
  for (const what of removed) process.stdout.write(`removed ${what}\n`);
  if (removed.length === 0) process.stdout.write('nothing was left behind\n');
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show what this machine can do, and what is missing for the rest')
    .option(
      '--clean',
      'remove what killed runs left behind (containers, networks, volumes, images, files); nothing else',
    )
    .action(async ({ clean: cleans }: { readonly clean?: boolean }) => {
      if (cleans === true) {
        await clean();
        return;
      }
      const { inspect, runProgram } = await import('./machine.ts');
      const findings = await inspect(runProgram, process.getuid?.() === 0);
      process.stdout.write(`${describeFindings(findings, coloursOf(process.stdout))}\n`);
    });
}
