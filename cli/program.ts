import { Command, CommanderError } from 'commander';
import type { Cli } from './output/answering.ts';
import { addAudit } from './audit/audit.ts';
import { addCellCreate } from './cells/cell-create.ts';
import { addCellDisable, addCellEnable } from './cells/cell-disable.ts';
import { addCellList } from './cells/cell-list.ts';
import { addCellShow } from './cells/cell-show.ts';
import { addCompletion } from './completion.ts';
import { addDeadLetterDrop } from './queues/dead-letter-drop.ts';
import { addDeadLetterList } from './queues/dead-letter-list.ts';
import { addDeadLetterRedrive } from './queues/dead-letter-redrive.ts';
import { addDeadLetterShow } from './queues/dead-letter-show.ts';
import { addExecutionList } from './executions/execution-list.ts';
import { addExecutionRedrive } from './executions/execution-redrive.ts';
import { addExecutionShow } from './executions/execution-show.ts';
import { addExecutionStop } from './executions/execution-stop.ts';
import { EXIT } from './deployment/failure.ts';
import { addHeal } from './audit/heal.ts';
import { addFenceList, addFenceRelease, addFenceShow } from './hosts/fence.ts';
import { addHostAdd } from './hosts/host-add.ts';
import { addHostDisable, addHostEnable } from './hosts/host-disable.ts';
import { addHostDiscover } from './hosts/host-discover.ts';
import { addHostDown, addHostUp } from './hosts/host-down.ts';
import { addHostEvacuate } from './hosts/host-evacuate.ts';
import { addHostList } from './hosts/host-list.ts';
import { addHostShow } from './hosts/host-show.ts';
import { addHostRemove } from './hosts/host-remove.ts';
import { addIntake } from './queues/intake.ts';
import { addLocal } from './local.ts';
import { addPrincipalAdd } from './hosts/principal-add.ts';
import { addPrincipalList } from './hosts/principal-list.ts';
import { addPrincipalRemove } from './hosts/principal-remove.ts';
import { addQuotaCheck } from './servers/quota-check.ts';
import { addQuotaRecount } from './servers/quota-recount.ts';
import { addSend } from './queues/send.ts';
import { addServerList } from './servers/server-list.ts';
import { addServerShow } from './servers/server-show.ts';

/** Adds one subcommand to its noun. */
type Addition = (parent: Command, cli: Cli) => void;

const NOUNS: Readonly<Record<string, readonly [description: string, ...additions: Addition[]]>> = {
  cell: ['Cells and their mappings', addCellCreate, addCellList, addCellShow, addCellDisable, addCellEnable],
  host: [
    'Compute hosts: mapping, queue, principals',
    addHostAdd,
    addHostList,
    addHostShow,
    addHostDown,
    addHostUp,
    addHostDisable,
    addHostEnable,
    addHostEvacuate,
    addHostRemove,
    addHostDiscover,
  ],
  fence: ['What the fencing agent was asked and said', addFenceList, addFenceShow, addFenceRelease],
  principal: [
    'Who else may send: publishers, operators, the fencing agent',
    addPrincipalAdd,
    addPrincipalList,
    addPrincipalRemove,
  ],
  server: ['Servers as their cells see them', addServerList, addServerShow],
  execution: ['Executions of the workflows', addExecutionList, addExecutionShow, addExecutionRedrive, addExecutionStop],
  intake: ['Whether the function behind a queue takes messages', addIntake],
  'dead-letter': [
    'Messages that were put aside',
    addDeadLetterList,
    addDeadLetterShow,
    addDeadLetterRedrive,
    addDeadLetterDrop,
  ],
  quota: ['Usage that is counted against quotas', addQuotaCheck, addQuotaRecount],
};

const WITHOUT_NOUN: readonly Addition[] = [addAudit, addHeal, addSend, addLocal];

const EXIT_CODES = `
Exit codes: ${EXIT.done} done · ${EXIT.failed} refused or not found · ${EXIT.usage} wrong usage · ${EXIT.findings} an audit found something · ${EXIT.unreachable} nobody answers

Which deployment: --profile local for the world of npm run local; --endpoint-url for a LocalStack-compatible endpoint; else the
account and region of the AWS SDK's usual configuration (AWS_PROFILE, AWS_REGION …).`;

/** The whole command. */
export function conductorProgram(cli: Cli): Command {
  const program = new Command('conductor')
    .description('Operates a deployment of the serverless conductor')
    .version(cli.version, '--version', 'the version of the command')
    .option('--profile <name>', 'a profile of the AWS configuration; "local" is the world of npm run local')
    .option('--endpoint-url <url>', 'a LocalStack-compatible endpoint')
    .option('--deployment <name>', 'prefix of all names (nova-conductor unless given)')
    .option('--region <region>', 'region of the deployment')
    .option('--json', 'data for programs instead of tables')
    .addHelpText('after', EXIT_CODES);
  for (const [noun, [description, ...additions]] of Object.entries(NOUNS)) {
    const parent = program.command(noun).description(description);
    for (const add of additions) add(parent, cli);
  }
  for (const add of WITHOUT_NOUN) add(program, cli);
  addCompletion(program, cli);
  // Commander does not hand these settings down to commands that were added before.
  forEach(program, (command) => {
    command.exitOverride().configureOutput({
      writeOut: (text) => cli.print(text.trimEnd()),
      writeErr: (text) => cli.complain(`conductor: ${text.trim().replace(/^error: /u, '')}`),
    });
  });
  return program;
}

/** Runs one command line, which begins with the noun. */
export async function runConductor(argv: readonly string[], cli: Cli): Promise<void> {
  try {
    await conductorProgram(cli).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    cli.end(error.exitCode === 0 ? EXIT.done : EXIT.usage);
  }
}

/** Every command of a program, itself first. */
export function forEach(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const each of command.commands) forEach(each, visit);
}
