import type { Command } from 'commander';
import { absent, equals } from '#ports/conditions';
import type { Json, JsonMap } from '#ports/json';
import { TransactionRefused } from '#ports/tables';
import { withRunTime, type RunTimeOption } from '#configuration/run-time';
import type { RunTimeItem } from '#records/items/run-time';
import { API, runTimeChangeKey, runTimeKey } from '#records/keys';
import { present } from '#records/stamp';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { shownOption } from './config-show.ts';
import { changeable, oneOfRows, optionRows, settingsOfTarget } from './option-rows.ts';

/** `config set KEY VALUE`: an option that functions notice within a minute; who changed it is kept. */
export function addConfigSet(parent: Command, cli: Cli): void {
  const command = parent
    .command('set')
    .description('Change an option while functions run, which notice it within a minute; who did so is kept')
    .argument('<key>', 'one option, under its key of the context')
    .argument('[value]', 'as the command line of a deployment takes it; a list with commas')
    .option('--unset', 'have it as it was deployed again');
  answering(command, cli, setOption);
}

async function setOption({ target, args: [word = '', value], flag }: Asked): Promise<Answer> {
  const key = changeable(word);
  if ((value === undefined) !== flag('unset'))
    throw new CommandFailure(`config set ${key}: give a value, or --unset to have it as it was deployed`, EXIT.usage);
  const { deployed, set } = await settingsOfTarget(target);
  await write(
    target,
    set,
    key,
    value === undefined ? undefined : checked(withRunTime(deployed, { [key]: value }), key),
  );
  const { rows } = await optionRows(target);
  return shownOption(target, oneOfRows(rows, key));
}

/** The value as its type is written in JSON. @throws CommandFailure that names key, value and remedy */
function checked({ options, refused: [reason] }: ReturnType<typeof withRunTime>, key: RunTimeOption): Json {
  if (reason !== undefined) throw new CommandFailure(reason.replace(/^run time "(\w+)"/u, '$1'), EXIT.usage);
  const read: Json = JSON.parse(JSON.stringify(options[key]));
  return read;
}

/** Both or nothing: the value, and who changed it. @throws CommandFailure when another change came in between */
async function write(
  target: Pick<DeploymentTarget, 'caller' | 'clock' | 'tables'>,
  { values, version }: RunTimeItem,
  key: RunTimeOption,
  value: Json | undefined,
): Promise<void> {
  const { [key]: before = null, ...others } = values;
  const kept: JsonMap = value === undefined ? others : { ...others, [key]: value };
  const change = { option: key, changed_at: present(target), changed_by: target.caller, before, after: value ?? null };
  const next = version + 1;
  try {
    await target.tables.transact([
      {
        kind: 'put',
        table: API,
        item: { ...runTimeKey, version: next, values: kept },
        condition: version === 0 ? absent : equals<RunTimeItem>('version', version),
      },
      { kind: 'put', table: API, item: { ...runTimeChangeKey(next), ...change }, condition: absent },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    throw new CommandFailure(
      'somebody else changed an option at the same time: look at conductor config diff, and try again',
    );
  }
}
