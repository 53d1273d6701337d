import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { wholeNumberIn } from '#cli/inventory/choosing';
import { answered, type Run } from './answers.ts';
import { pageFiles } from './page-files.ts';
import { startConsole } from './server.ts';

/** Milliseconds between two looks whether the console is to go on. */
const LOOK = 1000;

/** `console`: a page on the loopback, which shows what the other subcommands answer, until it is interrupted. */
export function addConsole(program: Command, cli: Cli, run: Run): void {
  const command = program
    .command('console')
    .description('Serve a page on this machine to look at the deployment, until Ctrl-C')
    .option('--port <number>', 'on 127.0.0.1 (a free one unless given)', '0')
    .option('--allow-changes', 'let the page redrive dead letters and heal; it only reads otherwise');
  answering(command, cli, async ({ target, option, flag }) => {
    // One connection serves all that is asked; it is closed when the console ends.
    const kept = { ...target, close: async () => {} };
    const inner = { ...cli, target: async () => kept };
    const changes = flag('allowChanges');
    const port = portOf(option('port') ?? '0');
    const served = await startConsole({
      port,
      changes,
      files: await pageFiles(),
      about: { deployment: target.deployment, endpoint: target.endpoint, version: cli.version },
      answer: (argv) => answered(run, inner, argv),
      secret: () => randomBytes(32).toString('base64url'),
    }).catch((error: unknown) => {
      throw portFailure(error, port);
    });
    cli.print(`console of ${target.deployment}, which ${changes ? 'may change it' : 'only reads'}: ${served.url}`);
    cli.print('one browser may open this address, once; Ctrl-C ends the console');
    try {
      while (await cli.again(LOOK));
    } finally {
      await served.close();
    }
    return { data: { console: 'ended' }, lines: ['the console has ended'] };
  });
}

/** Why nothing can be served at a port, with the remedy; any other error as it is. */
function portFailure(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = code === 'EADDRINUSE' ? 'is in use' : code === 'EACCES' ? 'is not yours to serve at' : undefined;
  if (why === undefined) return error;
  return new CommandFailure(`--port ${port} ${why}: choose another, or leave the option out for a free one`);
}

/** @throws CommandFailure for what is no port */
function portOf(text: string): number {
  const port = wholeNumberIn(text, 0, 65_535);
  if (port !== undefined) return port;
  throw new CommandFailure(`--port ${text} is no port: give a number up to 65535`, EXIT.usage);
}
