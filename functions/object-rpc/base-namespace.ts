import { FENCING } from '#records/items/fence';
import { objectAction, objectBackportVersions, objectClassActionVersions } from './dispatch.ts';
import { ExpectedError } from '#wire/failure';
import type { Json, JsonMap } from '#ports/json';
import { cellTable, MAPPINGS } from '#records/keys';
import type { Records } from '#records/method';
import type { Endpoint } from '#rpc/dispatch';

/** A method of the base namespace: answers what goes into the reply. */
export type BaseMethod = (records: Records, args: JsonMap) => Promise<Json>;

/** Compatibility only (nova.conductor.manager `provider_fw_rule_get_all`). */
const providerFwRuleGetAll: BaseMethod = () => Promise.resolve([]);

/** A key under which nothing lies. */
const NOTHING = { pk: 'ping', sk: 'ping' } as const;

/**
 * Answers when the records can be read, and fails like any other call while they cannot: the driver of a compute holds
 * its calls for as long as a ping goes unanswered.
 */
const ping: BaseMethod = async ({ tables, cell }, { arg = null }) => {
  await tables.get(cell === undefined ? MAPPINGS : cellTable(cell.name), NOTHING, { consistent: false });
  return { service: 'conductor', arg };
};

/** What hosts seldom ask is read at the first question. */
const reportGuests: BaseMethod = async (records, args) =>
  (await import('#records/hosts/report-guests')).reportGuests(records, args);
const mayOrder: BaseMethod = async (records, args) =>
  (await import('#records/hosts/peer-order')).mayOrderHost(records, args);
const hostsOfSender: BaseMethod = async (records, args) =>
  (await import('#records/hosts/peer-order')).hostsOfSender(records, args);
const fenceAnswered: BaseMethod = async (records, args) =>
  (await import('#records/hosts/fence-answer')).fenceAnswered(records, args);
const placement: BaseMethod = async (records, args) =>
  (await import('./host-placement.ts')).placementRequest(records, args);

/** What computes and APIs may call (nova.conductor.manager `ConductorManager`). */
export const conductorBase: readonly Endpoint<BaseMethod>[] = [
  {
    namespace: null,
    version: '3.0',
    methods: {
      object_action: objectAction,
      object_backport_versions: objectBackportVersions,
      object_class_action_versions: objectClassActionVersions,
      provider_fw_rule_get_all: providerFwRuleGetAll,
    },
  },
  { namespace: 'baseapi', version: '1.1', methods: { ping } },
  // Nova has no such namespace: the driver of this project speaks it (agent/oslo-messaging-sqs).
  {
    namespace: 'hostapi',
    version: '1.2',
    methods: { report_guests: reportGuests, may_order: mayOrder, hosts_of_sender: hostsOfSender, placement },
  },
  // What the operator's fencing agent answers (docs/runbook.md).
  { namespace: FENCING, version: '1.0', methods: { fence_answered: fenceAnswered } },
];

/** Whether an error is one that the caller is answered without being a failure of ours. */
export const isExpected = (error: unknown): error is ExpectedError => error instanceof ExpectedError;
