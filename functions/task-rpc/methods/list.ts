import type { Endpoint } from '#rpc/dispatch';
import type { TaskMethod } from './route.ts';
import { attachVolume } from './attach-volume.ts';
import { buildInstances } from './build-instances.ts';
import { cacheImages } from './cache-images.ts';
import { confirmSnapshotBasedResize, revertSnapshotBasedResize } from './end-cross-cell-resize.ts';
import { liveMigrateInstance } from './live-migrate-instance.ts';
import { migrateServer } from './migrate-server.ts';
import { rebuildInstance } from './rebuild-instance.ts';
import { scheduleAndBuildInstances } from './schedule-and-build-instances.ts';
import { unshelveInstance } from './unshelve-instance.ts';

/** The `compute_task` namespace as we serve it; newer clients may send what the versions up to this one know. */
export const computeTask: Endpoint<TaskMethod> = {
  namespace: 'compute_task',
  version: '1.26',
  methods: {
    attach_volume: attachVolume,
    build_instances: buildInstances,
    cache_images: cacheImages,
    confirm_snapshot_based_resize: confirmSnapshotBasedResize,
    live_migrate_instance: liveMigrateInstance,
    migrate_server: migrateServer,
    rebuild_instance: rebuildInstance,
    revert_snapshot_based_resize: revertSnapshotBasedResize,
    schedule_and_build_instances: scheduleAndBuildInstances,
    unshelve_instance: unshelveInstance,
  },
};
