import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT } from '#cli/deployment/failure';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { buildCommand } from '#local/demo/requests';
import { objectArgument, textField } from '#local/fleet/order';
import { fenced } from '#records/items/fence';
import { cellTable, serviceKey } from '#records/keys';
import { requestEnvelope } from '#wire/envelope';
import { localDeployment, type LocalDeployment } from '../cli/local-deployment.ts';
import { commandsIn, DOCUMENTS } from './examples.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
/** What servers are called that hosts work on for longer than a test. */
const SLOW = 'slow';
const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

/** Lines that a world of tests cannot run, with what runs them. */
const ELSEWHERE: readonly (readonly [line: RegExp, by: string])[] = [
  [/^--(?:help|version)$/u, 'test/cli/program.test.ts'],
  [/^(?:--profile local )?console\b/u, 'test/cli/console/console.test.ts'],
  [/^verify\b/u, 'test/cli/verify/verify.test.ts'],
  // Roles are those of an account.
  [/--role \S/u, 'test/cli/hosts/host-add.test.ts'],
  // A host counts as down after a minute of silence.
  [/^host down HOST --reason/u, 'test/cli/hosts/host-down.test.ts'],
  // The cells of the world are there already.
  [/^cell create cell1$/u, 'test/cli/operating.test.ts'],
  [/^server end-resize /u, 'test/cli/end-resize.test.ts'],
];

/** Every line of the documents, without those of the walkthrough, which are walked in their own order. */
const LINES: readonly string[] = [
  ...new Set(DOCUMENTS.filter((file) => file !== 'docs/walkthrough.md').flatMap(commandsIn)),
].map((line) => line.slice('conductor '.length));

/** Words of a line that stand for something, with what is meant. */
type Filled = Readonly<Record<string, string>>;

function request(name: string) {
  const ports = { ids: randomIds, clock: new SystemClock() };
  const { context, args, uuids } = buildCommand(ports, { names: [name], flavor: FLAVOR, project: 'p' });
  const message = { ...scheduleAndBuildInstances(args), namespace: 'compute_task', context };
  return { uuid: uuids[0] ?? '', id: context.request_id, body: requestEnvelope({ ...message, uniqueId: name }) };
}

const own = (uuid: string): Filled => ({ SERVER_UUID: uuid, UUID: uuid });

/** What is complained of where a command is named without what it needs: that is no example. */
const LACKS_SOMETHING = /missing required argument|required option|is missing|nothing is set|give TABLE/u;

describe('the command lines of the documents', { timeout: 120_000 }, () => {
  let local: LocalDeployment;
  /** A server that is only looked at. */
  let web: string;
  beforeAll(async () => {
    local = await localDeployment((order) =>
      textField(objectArgument(order, 'instance'), 'display_name').startsWith(SLOW) ? { delay: 600_000 } : 'build',
    );
    web = await server('web', /active/u);
  }, 120_000);
  afterAll(() => local.stop());

  const done = async (line: string, files?: Readonly<Record<string, string>>): Promise<string> => {
    const ran = await local.conductor(line, files);
    if (ran.exitCode !== 0) throw new Error(`${line}: ${ran.err}`);
    return ran.out;
  };

  /** Has a server built, and waits until it is as far. */
  async function server(name: string, state: RegExp): Promise<string> {
    const { uuid, body } = request(name);
    await done('send schedule_and_build_instances --file r.json', { 'r.json': body });
    await vi.waitUntil(async () => state.test((await local.conductor(`server show ${uuid}`)).out), PATIENCE);
    return uuid;
  }
  let hosts = 2;
  /** A host of its own, which nothing else is done to. */
  async function host(): Promise<string> {
    const name = `host${(hosts += 1)}`;
    await done(`host add ${name} --cell cell1`);
    await done(`local start-host ${name}`);
    return name;
  }
  /** A host that is dead, as a person has said. */
  async function deadHost(): Promise<string> {
    const name = await host();
    await done(`local kill-host ${name}`);
    await done(`host down ${name} --reason test --force`);
    return name;
  }
  /** One that has come back since. */
  async function returnedHost(): Promise<string> {
    const name = await deadHost();
    await done(`local start-host ${name}`);
    return name;
  }
  /** A host that the fencing agent has cut off. */
  async function fencedHost(): Promise<string> {
    const name = await host();
    const at = '2026-11-29T10:00:00Z';
    const set = fenced({ id: 'f', state: 'off', at, by: 'agent', detail: 'by IPMI' });
    await local.platform.adapters.tables.update(cellTable('cell1'), serviceKey(name, 'nova-compute'), { set });
    return name;
  }
  async function deployed(cell: string): Promise<string> {
    await done(`local deploy-cell ${cell}`);
    return cell;
  }
  /** A server whose execution was stopped. */
  async function stopped(): Promise<string> {
    const uuid = await server(SLOW, /spawning/u);
    await done(`execution stop ${uuid} --reason test`);
    return uuid;
  }
  /** A server, and the cell that it is in. */
  async function instance(): Promise<Filled> {
    return { ...own(web), CELL: /where +(\w+)/u.exec(await done(`server show ${web}`))?.[1] ?? '' };
  }
  const paused: string[] = [];
  /** Nothing is taken from any queue, as while a table is restored. */
  async function allPaused(): Promise<Filled> {
    const listed = await done('intake list --columns queue,intake --format csv');
    paused.push(...[...listed.matchAll(/^([\w-]+),Enabled$/gmu)].map(([, queue = '']) => queue));
    for (const queue of paused) await done(`intake pause ${queue}`);
    return {};
  }
  async function letter(): Promise<string> {
    const { queueAdmin } = local.target(true);
    await queueAdmin.send('compute-task-dlq', 'no envelope', { reason: 'MalformedMessage' });
    const listed = await done('dead-letter list compute-task --columns id --format csv');
    return listed.split('\n').at(-1) ?? '';
  }

  /** What the files of a line hold. */
  const filesOf = async (line: string): Promise<Filled> => ({
    FILE: request('sent').body,
    'request.json': request('sent').body,
    PATH: '{"Item":{"pk":{"S":"a"}}}',
    ...(line.includes('claims.json') ? { 'claims.json': await done('placement export --json') } : {}),
  });
  const filled = async (line: string): Promise<Filled> => {
    const [, prepare] = PREPARED.find(([of]) => of.test(line)) ?? [];
    return prepare === undefined ? {} : prepare();
  };
  /** What a line needs to find; the first that fits is prepared. */
  const PREPARED: readonly (readonly [of: RegExp, prepare: () => Promise<Filled>])[] = [
    [/^host evacuate HOST/u, async () => ({ HOST: await deadHost() })],
    [/^host up HOST/u, async () => ({ HOST: await returnedHost() })],
    [/--after-restore$/u, allPaused],
    [/^host show HOST/u, async () => ({ HOST: 'host1' })],
    [/^host (?:disable|remove) HOST/u, async () => ({ HOST: await host() })],
    [/^host add HOST/u, async () => ({ HOST: `host${(hosts += 1)}`, CELL: 'cell1', ROLE: 'compute-role' })],
    [/^host add host1 /u, async () => ({ host1: `host${(hosts += 1)}` })],
    [/^local start-host HOST/u, async () => ({ HOST: await host() })],
    [/^local deploy-cell CELL/u, async () => ({ CELL: 'cell4' })],
    [/^cell create CELL/u, async () => ({ CELL: await deployed('cell5') })],
    [/^cell create cell3/u, async () => ({ cell3: await deployed('cell3') })],
    [/^cell show CELL/u, async () => ({ CELL: 'cell1' })],
    [/^fence (?:show|release) HOST/u, async () => ({ HOST: await fencedHost() })],
    [/^execution redrive /u, async () => ({ SERVER_UUID: await stopped() })],
    [/^execution (?:show|stop) launch/u, async () => ({ SERVER_UUID: await server(SLOW, /spawning/u) })],
    [/^record show /u, async () => instance()],
    [/^server (?:delete|reset-state) /u, async () => own(await server('web', /active/u))],
    [/UUID/u, async () => own(web)],
    [/^record export TABLE/u, async () => ({ TABLE: 'mappings' })],
    [/^record export cell-CELL/u, async () => ({ CELL: 'cell1' })],
    [/MESSAGE_ID|redrive compute-task --all/u, async () => ({ MESSAGE_ID: await letter() })],
    [/^send METHOD/u, async () => ({ METHOD: 'schedule_and_build_instances' })],
    [/^config set KEY/u, async () => ({ KEY: 'maxAttempts', VALUE: '4' })],
    [/^config show KEY/u, async () => ({ KEY: 'maxAttempts' })],
  ];

  it('are there', () => {
    expect(LINES.length).toBeGreaterThan(80);
  });

  it.each(LINES.filter((line) => !ELSEWHERE.some(([each]) => each.test(line))))('conductor %s', async (line) => {
    const words = await filled(line);
    const given = Object.entries(words).reduce((text, [word, by]) => text.replaceAll(word, by), line);

    const { exitCode, err } = await local.conductor(given, await filesOf(given));

    for (const queue of [...paused, 'compute-task']) await done(`intake resume ${queue}`);
    paused.length = 0;
    const isFinding = exitCode === EXIT.findings && line.startsWith('audit');
    const isFine = exitCode === EXIT.done || isFinding || LACKS_SOMETHING.test(err);
    expect(isFine ? '' : `${exitCode}: ${err}`).toBe('');
  });
});
