import { Command, CommanderError, Option } from 'commander';
import { complain, type Cli } from './output/answering.ts';
import { FORMATS } from './output/formats.ts';
import { belowHelp, commandMissing, usageFailure } from './output/usage.ts';
import { addAudit } from './audit/audit.ts';
import { addCellCreate } from './cells/cell-create.ts';
import { addCellDisable, addCellEnable } from './cells/cell-disable.ts';
import { addCellList } from './cells/cell-list.ts';
import { addCellShow } from './cells/cell-show.ts';
import {
  addAggregateAddHost,
  addAggregateCreate,
  addAggregateDelete,
  addAggregateList,
  addAggregateRemoveHost,
  addAggregateShow,
} from './catalogue/aggregates.ts';
import { addFlavorCreate, addFlavorDelete, addFlavorList, addFlavorShow } from './catalogue/flavors.ts';
import { addGroupList, addGroupShow } from './catalogue/groups.ts';
import { addImageCreate, addImageDelete, addImageList, addImageShow } from './catalogue/images.ts';
import { addConfigDiff } from './configuration/config-diff.ts';
import { addConfigSet } from './configuration/config-set.ts';
import { addConfigShow } from './configuration/config-show.ts';
import { addCompletion } from './completion.ts';
import { addConsole } from './console/console.ts';
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
import { addPlacementExport } from './placement/placement-export.ts';
import { addPlacementImport } from './placement/placement-import.ts';
import { addPrincipalAdd } from './hosts/principal-add.ts';
import { addPrincipalList } from './hosts/principal-list.ts';
import { addPrincipalRemove } from './hosts/principal-remove.ts';
import { addQuotaCheck } from './quotas/quota-check.ts';
import { addQuotaDefaults } from './quotas/quota-defaults.ts';
import { addQuotaRecount } from './quotas/quota-recount.ts';
import { addQuotaSet } from './quotas/quota-set.ts';
import { addQuotaShow } from './quotas/quota-show.ts';
import { addQuotaUnset } from './quotas/quota-unset.ts';
import { addRecordExport } from './records/record-export.ts';
import { addRecordShow } from './records/record-show.ts';
import { addSend } from './queues/send.ts';
import { addVerify } from './verify/verify.ts';
import { addServerDelete } from './servers/server-delete.ts';
import { addServerEndResize } from './servers/server-end-resize.ts';
import { addServerResetState } from './servers/server-reset-state.ts';
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
  server: [
    'Servers as their cells see them',
    addServerList,
    addServerShow,
    addServerDelete,
    addServerResetState,
    addServerEndResize,
  ],
  flavor: ['Sizes of servers', addFlavorList, addFlavorShow, addFlavorCreate, addFlavorDelete],
  aggregate: [
    'Aggregates of hosts, availability zones among them',
    addAggregateList,
    addAggregateShow,
    addAggregateCreate,
    addAggregateDelete,
    addAggregateAddHost,
    addAggregateRemoveHost,
  ],
  image: ['Images of deployments without Glance', addImageList, addImageShow, addImageCreate, addImageDelete],
  group: ['Server groups', addGroupList, addGroupShow],
  execution: ['Executions of the workflows', addExecutionList, addExecutionShow, addExecutionRedrive, addExecutionStop],
  intake: ['Whether the function behind a queue takes messages', addIntake],
  'dead-letter': [
    'Messages that were put aside',
    addDeadLetterList,
    addDeadLetterShow,
    addDeadLetterRedrive,
    addDeadLetterDrop,
  ],
  record: ['Items of tables, exports and restored tables, as they are read', addRecordShow, addRecordExport],
  placement: ['Claims, from one placement to another', addPlacementExport, addPlacementImport],
  quota: [
    'Limits of projects and users, and what is used of them',
    addQuotaSet,
    addQuotaShow,
    addQuotaUnset,
    addQuotaDefaults,
    addQuotaCheck,
    addQuotaRecount,
  ],
  config: [
    'What functions go by, and what of it is changed while they run',
    addConfigShow,
    addConfigSet,
    addConfigDiff,
  ],
};

const WITHOUT_NOUN: readonly Addition[] = [addAudit, addHeal, addSend, addLocal, addVerify];

const BELOW_HELP = `
Exit codes: ${EXIT.done} done · ${EXIT.failed} refused or not found · ${EXIT.usage} wrong usage · ${EXIT.findings} an audit found something · ${EXIT.unreachable} nobody answers

Which deployment: --profile local for the world of npm run local (local:NAME for one with --name NAME); --endpoint-url for a LocalStack-compatible endpoint; else the account and region of the AWS SDK's usual configuration (AWS_PROFILE, AWS_REGION …).`;

/** The whole command; `json` says whether usage errors are printed as data. */
export function conductorProgram(cli: Cli, json = false): Command {
  const program = new Command('conductor')
    // In narrow terminals too; the least that is wrapped is 40 otherwise.
    .configureHelp({ minWidthToWrap: 20 })
    .description('Operates a deployment of the serverless conductor')
    .version(cli.version, '--version', 'the version of the command')
    .option('--profile <name>', 'a profile of the AWS configuration; "local" is the world of npm run local')
    .option('--endpoint-url <url>', 'a LocalStack-compatible endpoint')
    .option('--deployment <name>', 'prefix of all names (nova-conductor unless given)')
    .option('--region <region>', 'region of the deployment')
    .option('--json', 'data for programs instead of tables; errors too')
    .addOption(new Option('--format <format>', 'of what is printed').choices(FORMATS))
    .option('--columns <headings>', 'only these columns, with commas between')
    .option('--time-zone <zone>', 'of the times in tables, like Europe/Berlin, or local (UTC unless given)')
    .addHelpText('after', belowHelp(BELOW_HELP));
  for (const [noun, [description, ...additions]] of Object.entries(NOUNS)) {
    const parent = program.command(noun).description(description);
    for (const add of additions) add(parent, cli);
  }
  for (const add of WITHOUT_NOUN) add(program, cli);
  addConsole(program, cli, runConductor);
  addCompletion(program, cli);
  // Commander does not hand these settings down to commands that were added before.
  forEach(program, (command) => {
    // Help would put a text in quotes, as nobody types it.
    for (const option of command.options)
      if (typeof option.defaultValue === 'string') option.defaultValueDescription ??= option.defaultValue;
    command.exitOverride().configureOutput({
      writeOut: (text) => cli.print(text.trimEnd()),
      // The help where a command is left out, in parts; programs are told once.
      writeErr: (text) => {
        if (!json) cli.complain(text.trimEnd());
        else if (text.startsWith('Usage: ')) complain(cli, commandMissing(command), json);
      },
      outputError: (text) => complain(cli, usageFailure(command, text), json),
    });
  });
  return program;
}

/** Before the command line is understood, for what is said when it cannot be. */
const asksForJson = (argv: readonly string[]): boolean =>
  argv.some(
    (word, at) => word === '--json' || word === '--format=json' || (word === 'json' && argv[at - 1] === '--format'),
  );

/** Runs one command line, which begins with the noun. */
export async function runConductor(argv: readonly string[], cli: Cli): Promise<void> {
  try {
    await conductorProgram(cli, asksForJson(argv)).parseAsync([...argv], { from: 'user' });
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
