import { openControlEndpoint } from '#local/emulation/control-endpoint';
import type { LoopbackServer } from '#local/emulation/loopback-server';
import { demoControls } from '#local/demo/demo-on-world';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import type { Behaviour } from '#local/fleet/behaviour';
import { World } from '#local/emulation/world';
import type { Cli } from '#cli/output/answering';
import { runConductor } from '#cli/program';
import { targetAt, type DeploymentTarget } from '#cli/deployment/deployment-target';
import { localPlace } from '#cli/deployment/place';
import { noteRun } from './ran-commands.ts';

/** What one command line printed and how it ended. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
  /** What it printed, as data; for commands with --json. */
  readonly data: () => unknown;
}

/** A world on emulators and the command line to operate it, as `--profile local` does. */
export interface LocalDeployment {
  readonly world: World;
  readonly platform: EmulatedPlatform;
  conductor(line: string, files?: Readonly<Record<string, string>>): Promise<Ran>;
  /** What the command reaches: an emulator, or the same taken for an account. */
  target(emulated: boolean): DeploymentTarget;
  stop(): Promise<void>;
}

const CELLS = [
  { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' },
  { name: 'cell2', uuid: '22222222-2222-4222-8222-222222222222' },
];

/** Boots two cells with a host each. */
export async function localDeployment(behaviour?: Behaviour): Promise<LocalDeployment> {
  const deployment = 'nova-conductor';
  const platform = await emulatedPlatform({ deployment, cells: CELLS.map(({ name }) => name) });
  const hostOf = (host: string, cell: string) => ({ cell, host, ...(behaviour === undefined ? {} : { behaviour }) });
  const hosts = [hostOf('host1', 'cell1'), hostOf('host2', 'cell2')];
  const world = await World.boot(platform, { cells: CELLS, hosts, config: { deployment }, reloads: true });
  const startHost = (host: string, cell: string) => world.fleet.add(hostOf(host, cell));
  const control = await openControlEndpoint(world, { ...demoControls(world), startHost });
  const place = localPlace({
    deployment,
    dynamodb: platform.emulators.dynamodbEndpoint,
    sqs: platform.emulators.sqsEndpoint,
    queueUrlBase: platform.emulators.queueUrlBase,
    control: control.endpoint,
    serviceDownTime: world.services.config.serviceDownTime,
  });
  return {
    world,
    platform,
    conductor: (line, files = {}) => run(line, { target: async () => targetAt(place, true), ...reader(files) }),
    target: (emulated) => targetAt(place, emulated),
    stop: () => stop(world, control),
  };
}

/** Runs a command line that reaches whatever it is given. */
export async function run(
  line: string,
  ends: Pick<Cli, 'target' | 'readFile'> & Partial<Pick<Cli, 'again' | 'onInterrupt'>>,
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  let exitCode = 0;
  await runConductor(words(line), {
    again: async () => false,
    onInterrupt: () => () => undefined,
    ...ends,
    version: '1.2.3',
    print: (text) => out.push(text),
    complain: (text) => err.push(text),
    end: (code) => {
      exitCode = code;
    },
  });
  await noteRun(words(line), exitCode);
  return {
    out: out.join('\n'),
    err: err.join('\n'),
    exitCode,
    data: () => {
      const parsed: unknown = JSON.parse(out.join('\n'));
      return parsed;
    },
  };
}

/** Words of a line, with what stands in quotes together. */
export const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(([, single, double, plain]) => single ?? double ?? plain ?? '');

const reader = (files: Readonly<Record<string, string>>): Pick<Cli, 'readFile'> => ({
  readFile: async (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`there is no file ${path}`);
    return text;
  },
});

async function stop(world: World, control: LoopbackServer): Promise<void> {
  await control.stop();
  await world.stop();
}
