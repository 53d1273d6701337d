import { dirtyFields, isMap, isWireObject } from '#wire/wire';
import { FakeCompute, type ComputeOptions } from '#local/fleet/fake-compute';
import type { Behaviour } from '#local/fleet/behaviour';
import type { Json, JsonMap } from '#ports/json';
import { wrapped, type RecordedCall } from '../../fixtures/recorded.ts';
import { methodName, ScriptedConductor, type Script, type Taken } from './scripted-conductor.ts';

/** Answers as a conductor whose records always fit: saves change nothing else, and nobody is known yet. */
export const easygoing: Script = ({ method, args }) => {
  if (method === 'ping') return { result: { service: 'conductor', arg: null } };
  if (method === 'object_action') return { result: [{ obj_what_changed: [] }, null] };
  if (args['objmethod'] === 'get_by_host_and_nodename') return { failure: COMPUTE_HOST_NOT_FOUND };
  return { result: null };
};

const COMPUTE_HOST_NOT_FOUND = {
  class: 'ComputeHostNotFound',
  module: 'nova.exception',
  message: 'Compute host host2 could not be found.',
  kwargs: { host: 'host2', code: 404 },
};

/** Answers call by call what was recorded. */
export const replay =
  (calls: readonly RecordedCall[], conductor: () => ScriptedConductor): Script =>
  () => {
    const call = calls[conductor().taken.length - 1];
    if (call === undefined) return 'silence';
    return call.failure === null ? { result: call.result } : { failure: call.failure };
  };

export function world(script: Script = easygoing, options: Partial<ComputeOptions> = {}) {
  const conductor = new ScriptedConductor(script);
  const compute = new FakeCompute(conductor, { host: 'host2', cell: 'cell1', heartbeatSeconds: 0, ...options });
  return { conductor, compute };
}

/** A started host, the calls of its start forgotten. */
export async function started(behaviour: Behaviour, script: Script = easygoing, options: Partial<ComputeOptions> = {}) {
  const { conductor, compute } = world(script, { behaviour, ...options });
  await compute.start();
  conductor.taken.length = 0;
  return { conductor, compute };
}

/** Gives the host an order and waits until it has done what it does of it. */
export async function ordered(
  conductor: ScriptedConductor,
  compute: FakeCompute,
  message: JsonMap,
  milliseconds = 60_000,
) {
  await conductor.bus.send(compute.queue, { body: wrapped(message) });
  await conductor.clock.advance(milliseconds);
}

const SPAWN_STEPS = ['VirtualInterface.create', 'InstanceInfoCache.refresh'];

/** Method and arguments, dirty fields in order and times of the host's own clock left out. */
export const comparable = ({ method, args }: { readonly method: string; readonly args: JsonMap }) => ({
  method,
  args: comparableValue(args),
});

function comparableValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(comparableValue);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (name === 'launched_at' && typeof field === 'string') return [name, 'some time'];
      if (name === 'nova_object.changes' && Array.isArray(field)) return [name, field.map(String).toSorted()];
      return [name, comparableValue(field)];
    }),
  );
}

export const list = (name: string, objects: Json[]): JsonMap => known(name, { objects });

export const known = (name: string, data: JsonMap): JsonMap => ({
  'nova_object.name': name,
  'nova_object.namespace': 'nova',
  'nova_object.version': '1.0',
  'nova_object.data': data,
});

/** The dirty fields of an object call. */
export function fields({ args }: Taken): JsonMap {
  const object = args['objinst'];
  if (!isWireObject(object)) return {};
  return Object.fromEntries(
    dirtyFields(object)
      .filter((name) => name !== 'ec2_ids' && name !== 'tags')
      .map((name) => [name, object['nova_object.data'][name] ?? null]),
  );
}

/** The dirty fields of every call of that method. */
export const savedFields = (taken: readonly Taken[], method: string): JsonMap[] =>
  taken.filter((request) => methodName(request) === method).map(fields);

export const step = (request: Taken): [string, string[]] => {
  const object = request.args['objinst'];
  return [methodName(request), isWireObject(object) ? dirtyFields(object).toSorted() : []];
};

/** What the network agent of the recorded host did on the side while the server was spawning. */
export function withoutNetworkAgent(steps: [string, string[]][]): [string, string[]][] {
  const sideSave = steps.findIndex(([method]) => method === 'InstanceInfoCache.save');
  return steps.filter(([method], at) => at !== sideSave && !SPAWN_STEPS.includes(method));
}

/** A conductor that answers EC2 ids as dirty, as Nova's does, and times of its own for the info cache. */
export const keepingInfoCache: Script = (request) => {
  const name = methodName(request);
  if (name === 'Instance.save') {
    const object = request.args['objinst'];
    const tags = isWireObject(object) ? (object['nova_object.data']['tags'] ?? null) : null;
    return { result: [{ tags, updated_at: 'then', obj_what_changed: ['ec2_ids'] }, null] };
  }
  if (name === 'InstanceInfoCache.save')
    return {
      result: [
        { created_at: 'then', updated_at: 'then', deleted_at: null, deleted: false, obj_what_changed: [] },
        null,
      ],
    };
  if (name === 'ComputeNode.save') return { result: [{ obj_what_changed: ['pci_device_pools'] }, null] };
  return easygoing(request);
};

/** Without times and without the traceback. */
export function withoutTimes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'created_at' && name !== 'updated_at' && name !== 'exc')
      .map(([name, field]) => [name, withoutTimes(field)]),
  );
}
