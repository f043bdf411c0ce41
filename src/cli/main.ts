#!/usr/bin/env node
/** The command `clew`: hands the words to a command, and turns what comes back into an exit code. */

import { Command, CommanderError } from 'commander';
import { exitCodes, UsageError } from '../errors.ts';
import { checkCommand } from './check.ts';
import { doctorCommand } from './doctor.ts';
import { failure } from './failure.ts';
import { explainCommand } from './explain.ts';
import { fuzzCommand } from './fuzz.ts';
import { listCommand } from './list.ts';
import { packageVersion } from '../package.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { testCommand } from './test.ts';

function program(): Command {
  const clew = new Command('clew')
    .description('Runs a distributed system, breaks it on purpose, and decides whether it kept its promises.')
    .version(packageVersion(), '-V, --version')
    .addCommand(testCommand())
    .addCommand(fuzzCommand())
    .addCommand(explainCommand())
    .addCommand(checkCommand())
    .addCommand(replayCommand())
    .addCommand(reportCommand())
    .addCommand(listCommand())
    .addCommand(doctorCommand())
    .addHelpText('after', '\nExit codes: 0 valid, 1 invalid, 2 unknown, 254 wrong arguments, 255 the run broke.');
  for (const command of [clew, ...clew.commands]) {
    command.exitOverride(misuse(command === clew ? 'clew' : `clew ${command.name()}`));
    command.configureOutput({ outputError: () => undefined });
  }
  return clew;
}

/** What commander says of wrong words, in our one line; requests for help and version pass through. */
function misuse(command: string): (error: CommanderError) => never {
  return (error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    const said = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
    throw new UsageError(`${said} (see ${command} --help)`);
  };
}

const writeError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

// Whoever reads the output may stop early (`clew list systems | head -1`); that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.valid : exitCodes.crash);
});

try {
  await program().parseAsync(process.argv);
} catch (thrown) {
  // Commander has printed help or version; help that nobody asked for means that a command is missing.
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? exitCodes.valid : exitCodes.usage;
  else process.exitCode = failure(thrown, writeError);
}
