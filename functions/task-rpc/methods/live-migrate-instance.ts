import * as v from 'valibot';
import type { TaskMethod } from './route.ts';
import { map, parseArguments, wireObject, type ArgumentSchema } from './arguments.ts';
import { liveRoute, uuidOf, type LiveArguments } from './migrate-server.ts';

/*
 * 1.15 - live_migrate_instance()
 */
const schema: ArgumentSchema<LiveArguments> = v.strictObject({
  instance: wireObject('Instance'),
  scheduler_hint: map,
  block_migration: v.nullable(v.boolean()),
  disk_over_commit: v.nullable(v.boolean()),
  request_spec: v.nullable(wireObject('RequestSpec')),
});

/** Moves a running server without anybody waiting for the answer (nova.conductor.manager `live_migrate_instance`). */
export const liveMigrateInstance: TaskMethod = {
  schema,
  route(args, context) {
    const call = parseArguments('live_migrate_instance', schema, args);
    return liveRoute('live_migrate_instance', uuidOf('live_migrate_instance', call.instance), call, context);
  },
};
