import { RequestDocumentNotFound } from '#errors';
import { noteSelections, readRequest } from '#records/request-document';
import { groupedSpec } from '#records/group-hosts';
import type { Step } from '../step.ts';
import type { BuildState } from './state.ts';

/** Selections are noted this many servers at a time: a transaction takes 100 items and 4 MB. */
const NOTED_AT_ONCE = 50;

/**
 * Asks the scheduler for all servers with the first spec, and notes the answer on the request's items
 * (conductor.md sections 8.6, 8.7, 14.1).
 *
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout, which bury the request
 */
export const selectDestinations: Step<BuildState> = async (services, { state, execution }) => {
  const { request, uuids } = state;
  const { common, servers } = await readRequest(services, request, uuids.slice(0, 1));
  const [first] = servers;
  if (common === undefined || first === undefined) throw new RequestDocumentNotFound(request);
  const spec = await groupedSpec(services, first.document.request_spec);

  const lists = await services.scheduler.selectDestinations({
    context: common.context,
    spec,
    instanceUuids: uuids,
    alternates: true,
    operation: execution,
  });
  for (let from = 0; from < uuids.length; from += NOTED_AT_ONCE)
    await services.tables.transact(
      uuids.slice(from, from + NOTED_AT_ONCE).map((uuid, at) => noteSelections(request, uuid, lists[from + at] ?? [])),
    );
  return state;
};

/** Undo: what this request claimed is taken back; a server that was there before keeps what it held. */
export const undoSelectDestinations: Step<BuildState> = async (services, { state, execution }) => {
  for (const uuid of state.uuids) await services.placement.withdraw(uuid, execution);
};
