/** A case that differs, with all that differs there. */
export interface Known {
  /** The row of docs/parity.md. */
  readonly row: string;
  /** Class and test of the scenario. */
  readonly test: string;
  readonly method: string;
  /** The place of each difference, and the JSON of what was recorded and of ours. */
  readonly differs: readonly (readonly [path: RegExp, recorded: RegExp, ours: RegExp])[];
}

const ABSENT = /^"\(absent\)"$/;
const UUID = /^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/;
const NONE = /^(null|"\(absent\)")$/;

/** The text of an error in both families of events, in the record of the event and in the fault. */
const textOfError = (recorded: RegExp, ours: RegExp): Known['differs'] => [
  [/^notification\.\S+ \S+\.payload\.reason$/, recorded, ours],
  [/^notification\.\S+ \S+\.payload\.nova_object\.data\.reason\.exception_message$/, recorded, ours],
  [/^records\.cell-\S+ \S+ fault#\d+\.message$/, recorded, ours],
];

/** A build that Nova ends in error, and ours orders. */
const orderedAllTheSame = (fault: RegExp): Known['differs'] => [
  [/^sent\.build_and_run_instance /, ABSENT, /^\{"instance"/],
  [/^notification\.compute_task\.build_instances(\.error)? \S+$/, /"priority":"ERROR"/, ABSENT],
  [/ instance\.vm_state$/, /^"error"$/, /^"building"$/],
  [/ instance\.task_state$/, NONE, /^"scheduling"$/],
  [/ instance\.lookup$/, /^"error"$/, /^"transition#/],
  [/ instance\.updated_at$/, /^"now"$/, ABSENT],
  [/ fault#1$/, fault, ABSENT],
  [/ request-spec$/, ABSENT, /"RequestSpec"/],
  [/ action#\S+$/, ABSENT, /"create"/],
];

const PARTS = 'a scenario that replaces part of the conductor';
const IN_LINE = 'a cast that the test carries out in line';
const FORCED = 'forced destinations';

const rebuild = (test: string): Known => ({
  row: IN_LINE,
  test: `ServerRebuildTestCaseV293.${test}`,
  method: 'compute_task.rebuild_instance',
  differs: [
    [/#rebuild_server\.result$/, /^"Error"$/, /^"Success"$/],
    [/#rebuild_server\.traceback$/, /^"a traceback"$/, ABSENT],
    [/#rebuild_server\.details$/, /aborted: Failed to rebuild volume backed instance\."$/, ABSENT],
  ],
});

export const KNOWN: readonly Known[] = [
  rebuild('test_volume_backed_rebuild_root_instance_deleted'),
  rebuild('test_volume_backed_rebuild_root_delete_old_failed'),
  rebuild('test_volume_backed_rebuild_root_create_failed'),
  {
    row: PARTS,
    test: 'ServerDeleteBuildTests.test_delete_stuck_build_instance_after_claim',
    method: 'compute_task.schedule_and_build_instances',
    // Nothing is buried in cell0.
    differs: [
      [/^notification\.compute_task\.build_instances(\.error)? \S+$/, ABSENT, /"priority":"ERROR"/],
      [/ mapping\.cell$/, ABSENT, /^"cell0"$/],
      [/ mapping\.(cell_uuid|by_cell|by_cell_sort|updated_at)$/, ABSENT, /./],
      [/ build-request$/, /"instance_uuid"/, ABSENT],
      [/^records\.cell-cell0 \S+ (instance|fault#1|(action|event|block-device)#\S+)$/, ABSENT, /./],
    ],
  },
  {
    row: PARTS,
    test: 'PortResourceRequestReSchedulingTest.test_boot_reschedule_fill_provider_mapping_raises',
    method: 'compute_task.schedule_and_build_instances',
    // The traits of a provider cannot be read, which ours does not ask for.
    differs: orderedAllTheSame(/Failed to get traits for resource provider/),
  },
  {
    row: PARTS,
    test: 'BootFromVolumeOverQuotaRaceDeleteTest.test_bfv_quota_race_local_delete',
    method: 'compute_task.schedule_and_build_instances',
    // The second count of the quota is replaced by an error without numbers.
    differs: orderedAllTheSame(/"code":413,"message":"test_bfv_quota_race_local_delete"/),
  },
  {
    row: PARTS,
    test: 'Quota.test_recheck_fails_for_three_with_volumes',
    method: 'compute_task.schedule_and_build_instances',
    // The error that stands in place of the count names one server, though three are asked for.
    differs: textOfError(/Requested 1, but already used 10 of 10/, /Requested 3, but already used 10 of 10/),
  },
  {
    row: PARTS,
    test: 'ServerRescheduleTests.test_allocation_fails_during_reschedule',
    method: 'compute_task.build_instances',
    // The error that stands in place of the claim.
    differs: [
      ...textOfError(/Failed to update allocations for consumer \S+ Error: testing"$/, /Exhausted all hosts available/),
      [/\.reason\.exception$/, /^"AllocationUpdateFailed"$/, /^"MaxRetriesExceeded"$/],
    ],
  },
  {
    row: PARTS,
    test: 'TestSerialConsoleLiveMigrate.test_serial_console_live_migrate',
    method: 'compute_task.migrate_server',
    // A server may be moved to the host that it is on.
    differs: [
      [/^reply\.failure$/, /^null$/, /"UnableToMigrateToSelf"/],
      [/^sent\.(check_can_live_migrate_destination|live_migration) /, /^\{/, ABSENT],
      [/^notification\.compute_task\.migrate_server(\.error)? \S+$/, ABSENT, /"priority":"ERROR"/],
      [/^placement\./, /VCPU/, ABSENT],
      [/ instance\.task_state$/, /^"migrating"$/, NONE],
      [/ instance\.(updated_at|lookup)$/, /./, /^"(now|\(absent\))"$/],
      [/ action#\S+\.message$/, ABSENT, /^"Error"$/],
      [/#conductor_migrate_server\.(result|traceback|details)$/, /^"(Success|\(absent\))"$/, /./],
      [/#compute_check_can_live_migrate_(source|destination)$/, /"result":"Success"/, ABSENT],
      [/ migration#\S+\.(source_node|dest_node|status)$/, /^"(compute1|accepted)"$/, /^"(error|\(absent\))"$/],
      [/ fault#1$/, ABSENT, /Unable to migrate instance/],
    ],
  },
  {
    row: PARTS,
    test: 'TestMultiCellMigrate.test_poll_unconfirmed_resizes_with_no_upcall',
    method: 'compute_task.confirm_snapshot_based_resize',
    // The API database cannot be read.
    differs: [
      [/^reply$/, /^null$/, ABSENT],
      [/^sent\.confirm_snapshot_based_resize_at_source /, ABSENT, /^\{"instance"/],
      [/^notification\.(compute\.instance\.resize\.confirm|instance\.resize_confirm)\.start \S+$/, ABSENT, /./],
      [/ action#\S+$/, ABSENT, /"confirmResize"/],
      [/ action#\S+\.updated_at$/, /./, /^"now"$/],
      [/ event#\S+#(conductor|compute)_confirm_snapshot_based_resize(_at_source)?$/, ABSENT, /./],
    ],
  },
  {
    row: FORCED,
    test: 'ServerMovingTestsFromFlatToNested.test_force_live_migrate_from_flat_to_nested',
    method: 'compute_task.live_migrate_instance',
    // The claim is refused before the host is asked, which the recording therefore does not answer.
    differs: [
      [/^sent\.check_can_live_migrate_destination /, ABSENT, /^\{"instance"/],
      ...textOfError(/There is not enough capacity on the host/, /Timeout while checking if we can live migrate/),
      [/\.reason\.exception$/, /^"NoValidHost"$/, /^"MigrationPreCheckError"$/],
      [/#conductor_live_migrate_instance\.details$/, /not enough capacity/, /Timeout while checking/],
      [/^placement\./, /./, /./],
    ],
  },
  {
    row: FORCED,
    test: 'Move.test_live_migrate_forced_fails_precheck',
    method: 'compute_task.live_migrate_instance',
    // The end of the scenario deletes the destination between two looks of the request.
    differs: [
      [/^sent\.check_can_live_migrate_destination /, ABSENT, /^\{"instance"/],
      ...textOfError(/Compute host host2 could not be found\."$/, /Timeout while checking if we can live migrate/),
      [/\.reason\.exception$/, /^"ComputeHostNotFound"$/, /^"MigrationPreCheckError"$/],
      [/#conductor_live_migrate_instance\.details$/, /could not be found/, /Timeout while checking/],
      [/ fault#1\.code$/, /^404$/, /^500$/],
      [/ fault#1\.details$/, /^""$/, /^"a traceback"$/],
    ],
  },
  {
    row: "events of a request's later servers",
    test: 'Boot.test_no_valid_host_three_with_volume',
    method: 'compute_task.schedule_and_build_instances',
    differs: [
      [/\.payload\.(request_spec\.)?instance_properties\.uuid$/, UUID, UUID],
      [/\.request_spec\.nova_object\.data\.(pci_requests\.nova_object\.data\.)?instance_uuid$/, UUID, UUID],
      // Its services are being stopped while it ends.
      [/\.publisher_id$/, /fake-mini"$/, /host3"$/],
      [/ fault#3\.host$/, /^"fake-mini"$/, /^"host3"$/],
    ],
  },
  {
    row: 'a save that is booked before it was answered',
    test: 'ServersTest.test_create_multiple_servers',
    method: 'base.object_action.Instance.save',
    differs: [[/^failure$/, /^null$/, /"UnexpectedTaskStateError".*'block_device_mapping'.*'spawning'/]],
  },
];
