import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { WireObject } from '#ports/json';
import { textOf } from '#wire/reading';
import { data, type TaskMethod } from './route.ts';
import { parseArguments, uuidOf, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.22 - confirm_snapshot_based_resize()
 * 1.23 - revert_snapshot_based_resize()
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  instance: wireObject('Instance'),
  migration: wireObject('Migration'),
});

interface Arguments {
  instance: WireObject;
  migration: WireObject;
}

const ended = (method: string, workflow: string, byItsHost: boolean): TaskMethod => ({
  schema,
  route(args, context) {
    const call = parseArguments(method, schema, args);
    const server = uuidOf(method, call.instance);
    const migration = textOf(data(call.migration)['uuid']);
    if (migration === undefined) throw new InvalidArguments(method, 'migration', 'a Migration with a uuid is expected');
    return {
      kind: 'workflow',
      workflow,
      attempt: 0,
      common: { context, arguments: { ...call } },
      instances: [{ uuid: server, document: null }],
      state: { server, migration },
      answers: true,
      byItsHost,
    };
  },
});

/**
 * The user keeps a server that was resized across cells, or its host confirms it after `resize_confirm_window`
 * (nova.conductor.manager `confirm_snapshot_based_resize`, ComputeManager `_poll_unconfirmed_resizes`).
 */
export const confirmSnapshotBasedResize = ended('confirm_snapshot_based_resize', 'confirm-across-cells', true);

/** The user wants it back as it was (nova.conductor.manager `revert_snapshot_based_resize`). */
export const revertSnapshotBasedResize = ended('revert_snapshot_based_resize', 'revert-across-cells', false);
