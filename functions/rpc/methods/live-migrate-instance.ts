import * as v from 'valibot';
import type { TaskMethod } from '../route.ts';
import { json, parseArguments, wireObject } from './arguments.ts';
import { liveRoute, uuidOf, type LiveArguments } from './migrate-server.ts';

/*
 * 1.15 - live_migrate_instance()
 */
const entries = {
  instance: wireObject('Instance'),
  scheduler_hint: v.record(v.string(), json),
  block_migration: v.nullable(v.boolean()),
  disk_over_commit: v.nullable(v.boolean()),
  request_spec: v.nullable(wireObject('RequestSpec')),
};

/** Moves a running server without anybody waiting for the answer (conductor.md section 10.2). */
export const liveMigrateInstance: TaskMethod = {
  route(args, context) {
    const call = parseArguments<LiveArguments>('live_migrate_instance', entries, args);
    return liveRoute('live_migrate_instance', uuidOf('live_migrate_instance', call.instance), call, context);
  },
};
