import type { BuildSite } from './build-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import type { Order } from './order.ts';
import { attachVolume, reserveBlockDeviceName } from './attach-volume.ts';
import { buildAndRun } from './build.ts';
import { cacheImages } from './cache-images.ts';
import { confirmResize, finishRevertResize, revertResize } from './confirm-resize.ts';
import {
  confirmSnapshotBasedResizeAtSource,
  finishRevertSnapshotBasedResizeAtSource,
  finishSnapshotBasedResizeAtDest,
  prepSnapshotBasedResizeAtDest,
  prepSnapshotBasedResizeAtSource,
  revertSnapshotBasedResizeAtDest,
} from './cross-cell-resize.ts';
import { checkDestination, liveMigration, postLiveMigration, preLiveMigration } from './live-migration.ts';
import { finishResize, prepResize, resizeInstance } from './prep-resize.ts';
import { rebuildInstance } from './rebuild.ts';
import { destroyGuest } from './second-guest.ts';
import { shelveInstance } from './shelve.ts';
import { restoreInstance, softDeleteInstance } from './soft-delete.ts';
import { terminateInstance } from './terminate.ts';
import { startInstance, unshelveInstance } from './unshelve.ts';

/** Carries out one kind of order. */
export type OrderHandler = (site: BuildSite, order: Order, kind: BehaviourKind) => Promise<void>;

/** What every host does with its orders; one that nothing carries out is only kept. */
export const ORDERS: Readonly<Record<string, OrderHandler>> = {
  attach_volume: attachVolume,
  build_and_run_instance: buildAndRun,
  cache_images: cacheImages,
  check_can_live_migrate_destination: checkDestination,
  confirm_resize: confirmResize,
  confirm_snapshot_based_resize_at_source: confirmSnapshotBasedResizeAtSource,
  finish_resize: finishResize,
  finish_revert_resize: finishRevertResize,
  finish_revert_snapshot_based_resize_at_source: finishRevertSnapshotBasedResizeAtSource,
  finish_snapshot_based_resize_at_dest: finishSnapshotBasedResizeAtDest,
  live_migration: liveMigration,
  post_live_migration_at_destination: postLiveMigration,
  pre_live_migration: preLiveMigration,
  prep_resize: prepResize,
  prep_snapshot_based_resize_at_dest: prepSnapshotBasedResizeAtDest,
  prep_snapshot_based_resize_at_source: prepSnapshotBasedResizeAtSource,
  resize_instance: resizeInstance,
  reserve_block_device_name: reserveBlockDeviceName,
  restore_instance: restoreInstance,
  revert_resize: revertResize,
  revert_snapshot_based_resize_at_dest: revertSnapshotBasedResizeAtDest,
  rebuild_instance: rebuildInstance,
  rollback_live_migration_at_destination: destroyGuest,
  shelve_instance: shelveInstance,
  soft_delete_instance: softDeleteInstance,
  start_instance: startInstance,
  terminate_instance: terminateInstance,
  unshelve_instance: unshelveInstance,
};
