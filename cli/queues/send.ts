import type { Command } from 'commander';
import { checkArguments } from '#client';
import { dispatch } from '#rpc/dispatch';
import { mustHaveArguments } from '#task-rpc/methods/arguments';
import { computeTask } from '#task-rpc/methods/list';
import { NovaError } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import { answering, fileText, type Asked, type Answer, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';

/** `send METHOD --file FILE`: publishes a compute_task message from a file. */
export function addSend(parent: Command, cli: Cli): void {
  const command = parent
    .command('send')
    .description('Publish a compute_task message: a whole envelope, or {"version", "context", "args"}')
    .argument('<method>', 'for instance schedule_and_build_instances')
    .requiredOption('--file <path>', 'JSON file; npm run --silent request writes one')
    .option('--check', 'only look whether it would be taken')
    .option('--rpc-version <version>', 'version of the method, in place of that in the file');
  answering(command, cli, send);
}

async function send({ target, cli, args: [method = ''], option, flag }: Asked): Promise<Answer> {
  const path = option('file') ?? '';
  const { args, context, version, named } = read(await fileText(cli, path, '--file'), path);
  if (named !== undefined && named !== method)
    throw new CommandFailure(
      `${path} is a message of ${named}, not of ${method}: name the method of the file`,
      EXIT.usage,
    );
  const chosen = option('rpcVersion') ?? version;
  if (chosen === undefined) throw new CommandFailure(`${path} has no version: give --rpc-version`, EXIT.usage);
  check(method, chosen, args);
  if (flag('check'))
    return { data: { method, version: chosen, fits: true }, lines: [`${path} is what ${method} ${chosen} takes`] };
  const sent = contextFor(context, target.ids.uuid(), target.clock.now());
  await target.client.cast(method, chosen, args, sent);
  return {
    data: { method, version: chosen, request_id: sent.request_id },
    lines: [`${method} ${chosen} is published as ${sent.request_id}`],
  };
}

/** @throws CommandFailure for what would be refused and put aside, where nobody hears of it */
function check(method: string, version: string, args: JsonMap): void {
  try {
    const { since } = dispatch([computeTask], { namespace: computeTask.namespace, version, method });
    mustHaveArguments({ method, version, args }, since);
    checkArguments(method, args);
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    throw new CommandFailure(`nothing is published: ${error.message}`, EXIT.usage);
  }
}

interface Message {
  readonly args: JsonMap;
  readonly context: JsonMap;
  readonly version: string | undefined;
  readonly named: string | undefined;
}

/** @throws CommandFailure when it is no JSON */
function read(body: string, path: string): Message {
  let outer: JsonMap;
  try {
    const parsed: Json = JSON.parse(body);
    outer = mapOf(parsed);
    const inner = textOf(outer['oslo.message']);
    if (inner !== undefined) {
      const message: Json = JSON.parse(inner);
      outer = mapOf(message);
    }
  } catch {
    throw new CommandFailure(`${path} is no JSON: check --file`, EXIT.usage);
  }
  const fromEnvelope = Object.fromEntries(
    Object.entries(outer).flatMap(([name, value]) => (name.startsWith('_context_') ? [[name.slice(9), value]] : [])),
  );
  return {
    args: mapOf(outer['args']),
    context: { ...fromEnvelope, ...mapOf(outer['context']) },
    version: textOf(outer['version']),
    named: textOf(outer['method']),
  };
}

const contextFor = (given: JsonMap, uuid: string, now: number): RequestContext => ({
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: new Date(now).toISOString().replace('Z', ''),
  request_id: `req-${uuid}`,
  ...given,
});
