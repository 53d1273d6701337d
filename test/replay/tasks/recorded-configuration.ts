import type { Configuration } from '#ports/configuration';
import type { JsonMap } from '#ports/json';
import { fieldsOf, listOf, mapOf, plainText } from '#wire/reading';
import type { RecordedTask, SentStep } from './recorded-task.ts';
import { refusesOtherZones } from './scripted-volumes.ts';

/**
 * The configuration that a request was served under, as far as its traffic shows it: the name that the conductor gives
 * itself, the number of tries, a pinned compute RPC version, and no limits, since those that were set are not recorded.
 */
export function configurationOf(recorded: RecordedTask): Partial<Configuration> {
  const host = hostOf(recorded);
  const pin = pinOf(recorded);
  return {
    ...(host === undefined ? {} : { host }),
    ...(pin === undefined ? {} : { computeRpc: pin }),
    notificationFormat: 'both',
    maxAttempts: attemptsOf(recorded),
    pciInPlacement: asksForDevices(recorded),
    crossAzAttach: !refusesOtherZones(recorded),
    quota: { instances: countedOf(recorded)?.limit ?? -1, cores: -1, ram: -1 },
    groupQuota: { server_groups: -1, server_group_members: -1 },
    // our clock runs ahead of the services' last reports
    serviceDownTime: 120,
  };
}

/** In a test all services are one process, whose configuration names the host that was started last when it is read. */
function hostOf({ steps }: RecordedTask): string | undefined {
  const publishers = steps.flatMap((step) =>
    step.kind === 'notification' ? [plainText(step.message['publisher_id']).replace(/^[^.:]*[.:]/, '')] : [],
  );
  const faults = steps.flatMap((step) =>
    step.kind === 'db' && step.by === 'conductor'
      ? Object.values(step.change).flatMap((tables) =>
          (tables['instance_faults']?.insert ?? []).map(({ host }) => host),
        )
      : [],
  );
  const [host] = [...faults, ...publishers];
  return typeof host === 'string' ? host : undefined;
}

/**
 * The instances that a refusal counts for the project before the request, and their limit;
 * a scenario replaces the count.
 */
export function countedOf({ steps }: RecordedTask): { readonly used: number; readonly limit: number } | undefined {
  const found = /already used (\d+) of (\d+) instances"/.exec(JSON.stringify(steps));
  return found === null ? undefined : { used: Number(found[1]), limit: Number(found[2]) };
}

/** What computes are sent below 6.0, and a rebuild below 6.2, shows a pin: it is at most what the services speak. */
function pinOf({ steps }: RecordedTask): string | undefined {
  const orders = steps.filter((step): step is SentStep => step.kind === 'sent' && step.topic === 'compute');
  return orders.find(isPinned)?.version;
}

const isPinned = ({ method, version }: SentStep): boolean =>
  version.startsWith('5.') || (method === 'rebuild_instance' && ['6.0', '6.1'].includes(version));

/** Tries are counted in every build and cold migration unless there is one alone; a refusal names their number. */
function attemptsOf({ steps }: RecordedTask): number {
  const found = /Exceeded max scheduling attempts (\d+) /.exec(JSON.stringify(steps))?.[1];
  if (found !== undefined) return Number(found);
  const orders = steps.filter(
    (step): step is SentStep =>
      step.kind === 'sent' && (step.method === 'build_and_run_instance' || step.method === 'prep_resize'),
  );
  return orders.some(({ args }) => isUncounted(args)) ? 1 : 3;
}

function isUncounted(args: JsonMap): boolean {
  const spec = fieldsOf(args['request_spec']);
  const properties = mapOf(args['filter_properties']);
  const forced = ['force_hosts', 'force_nodes'].some(
    (name) => listOf(spec[name]).length === 1 || listOf(properties[name]).length === 1,
  );
  const targeted = fieldsOf(spec['requested_destination'])['host'] !== undefined;
  return properties['retry'] === undefined && !forced && !targeted;
}

/** Groups of PCI aliases in what was sent have ids that count the devices of a request. */
const asksForDevices = ({ steps }: RecordedTask): boolean =>
  /"requester_id":"[0-9a-f-]{36}-\d+"/u.test(JSON.stringify(steps.filter(({ kind }) => kind === 'sent')));
