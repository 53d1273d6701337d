import type { Command } from 'commander';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { Json } from '#ports/json';
import { closestName } from '#configuration/closest-name';
import { ASSUMPTIONS } from './assumptions.ts';
import { PREFIX, removeLeftovers } from './leftovers.ts';
import { runProbes, type Report, type Verdict } from './run-probes.ts';

/** The list of a service has some hundred kilobytes. */
const READ_MILLISECONDS = 30_000;

/** `verify`: tries in the account itself what the code assumes of AWS (docs/aws-assumptions.md). */
export function addVerify(program: Command, cli: Cli): void {
  const command = program
    .command('verify')
    .description(
      'Try in an account what is assumed of AWS; needs no deployment, costs cents, and takes away what it makes',
    )
    .option('--only <ids>', 'only these assumptions, with commas between')
    .option('--list', 'only list the assumptions')
    .option('--clean', 'only take away what runs before have left');
  answering(command, cli, verify, ({ flag }) => (flag('list') ? listed() : undefined));
}

async function verify(asked: Asked): Promise<Answer> {
  if (asked.flag('clean')) {
    const removed = await removeLeftovers(asked.target.clients);
    return { data: { removed }, lines: removed.length === 0 ? ['nothing was left'] : removed };
  }
  return verified(asked);
}

async function verified({ cli, option, target, flag }: Asked): Promise<Answer> {
  const only = chosen(option('only'));
  let goOn = true;
  const release = cli.onInterrupt(() => {
    goOn = false;
    cli.complain('conductor: taking away what was made …');
  });
  try {
    const { account, clients, clock, ids, partition, region } = target;
    const report = await runProbes(
      {
        account,
        clients,
        clock,
        partition,
        region,
        prefix: `${PREFIX}-${ids.uuid().slice(0, 8)}`,
        readJson: target.emulated ? noPriceList : readJson,
        at: target.emulated ? { endpoint: target.endpoint } : {},
        pause: async (milliseconds) => {
          if (milliseconds > 0) await cli.again(milliseconds);
          return goOn;
        },
      },
      only,
      ({ id, outcome }) => {
        if (!flag('json') && option('format') === undefined) cli.complain(`${outcome.padEnd(8)} ${id}`);
      },
    );
    return answerOf(report);
  } finally {
    release();
  }
}

/** An emulator has none, and works without a network. */
const noPriceList = async (): Promise<Json> => ({});

/** @throws Error where nobody answers with JSON */
async function readJson(address: string): Promise<Json> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(READ_MILLISECONDS) });
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  const parsed: Json = JSON.parse(await answer.text());
  return parsed;
}

/** @throws CommandFailure for an id that is none */
function chosen(text: string | undefined): readonly string[] {
  const only = text?.split(',') ?? [];
  const ids: readonly string[] = ASSUMPTIONS.map(({ id }) => id);
  const wrong = only.find((id) => !ids.includes(id));
  if (wrong === undefined) return only;
  const meant = closestName(wrong, ids);
  throw new CommandFailure(
    `--only ${wrong} is no assumption: ${meant === undefined ? 'conductor verify --list shows them' : `did you mean ${meant}?`}`,
    EXIT.usage,
  );
}

const listed = (): Answer => ({
  data: ASSUMPTIONS,
  lines: [
    columns(
      ['assumption', 'what is assumed'],
      ASSUMPTIONS.map(({ id, assumes }) => [id, assumes]),
    ),
  ],
});

/** What is observed, where it is not as assumed. */
const shownObserved = ({ outcome, observed }: Verdict): string =>
  outcome === 'holds' ? '' : typeof observed === 'string' ? observed : JSON.stringify(observed);

function answerOf(report: Report): Answer {
  const { interrupted, left, verdicts } = report;
  const isRight = verdicts.every(({ outcome }) => outcome === 'holds' || outcome === 'untried');
  const table = columns(
    ['assumption', 'outcome', 'ms', 'observed'],
    verdicts.map((each) => [each.id, each.outcome, String(each.milliseconds), shownObserved(each)]),
  );
  const lines = [
    table,
    ...left.map((what) => `not taken away: ${what}; conductor verify --clean tries again`),
    ...(interrupted ? ['interrupted: the others were not tried'] : []),
  ];
  const exitCode = interrupted || left.length > 0 ? EXIT.failed : isRight ? EXIT.done : EXIT.findings;
  return { data: report, lines, exitCode };
}
