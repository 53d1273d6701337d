/** An ERROR line that a compute may write, and the line of Nova that writes it. */
interface KnownError {
  readonly line: RegExp;
  /** File, method and what is logged, of nova 34.0.0. */
  readonly written: string;
  readonly why: string;
  /** It is written by a process that was asked to end: its periodic tasks are cut off wherever they are. */
  readonly onlyAtTheEnd?: true;
}

/** Ten at most. */
const KNOWN_ERRORS: readonly KnownError[] = [
  {
    line: /\] \[instance: \S+\] Instance failed to spawn: \S+ no hypervisor today/u,
    written: "nova/compute/manager.py _build_resources: LOG.exception('Instance failed to spawn')",
    why: 'the hypervisor was made to fail',
  },
  {
    line: /\] \[instance: \S+\] Failed to build and run instance: \S+ no hypervisor today/u,
    written: "nova/compute/manager.py _do_build_and_run_instance: LOG.exception('Failed to build and run instance')",
    why: 'the hypervisor was made to fail, and no host was left',
  },
  {
    line: /Did not find resource allocations for migration \S+ on source node/u,
    written:
      "nova/compute/manager.py _revert_allocation: LOG.error('Did not find resource allocations for migration …')",
    why: 'the claim went back to the server when the end of the migration was saved',
  },
  {
    line: /\] \[instance: \S+\] Setting instance vm_state to ERROR: \S+ no hypervisor today/u,
    written:
      "nova/compute/manager.py _error_out_instance_on_exception: LOG.exception('Setting instance vm_state to ERROR')",
    why: 'the hypervisor was made to fail, and the server has come from another cell',
  },
  {
    line: /oslo_messaging\.rpc\.server .*Exception during message handling: \S+ no hypervisor today/u,
    written: "oslo_messaging/rpc/server.py _process_incoming: LOG.exception('Exception during message handling')",
    why: 'the same, answered to the conductor',
  },
  {
    line: /Unexpected build failure, not rescheduling build\.: \S+Forbidden_Remote/u,
    written: "nova/compute/manager.py _do_build_and_run_instance: LOG.exception('Unexpected build failure, …')",
    why: 'a host that hung and was given up is refused when it goes on',
  },
  {
    line: /Failed storing info cache: \S+Forbidden_Remote/u,
    written: "nova/network/neutron.py update_instance_cache_with_nw_info: LOG.exception('Failed storing info cache')",
    why: 'the same',
  },
  {
    line: /oslo_utils\.excutils .*Original exception being dropped/u,
    written: 'oslo_utils/excutils.py save_and_reraise_exception.__exit__: self.logger.error(…)',
    why: 'the same: its clean-up is refused as well',
  },
  {
    line: /oslo_service\.periodic_task .* Cannot create the sync_power_state thread pool executor because shutdown has been/u,
    written: "oslo_service/periodic_task.py run_periodic_tasks: LOG.exception('Error during …'), of _sync_power_states",
    why: 'a periodic task begins while the service shuts down',
    onlyAtTheEnd: true,
  },
  {
    line: /Dynamic interval looping call 'nova\.service\.Service\.periodic_tasks' failed: RuntimeError: A dynamic interval/u,
    written: "oslo_service/backend/_threading/loopingcall.py: LOG.error('%(kind)s %(func_name)r failed')",
    why: 'a periodic task ends while the service shuts down, and returns no next time',
    onlyAtTheEnd: true,
  },
];

/** The first line of an error: those of its traceback have the same beginning and no request. */
const ERROR = /^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ \[(?:None )?(?:req-|-\])/u;

/** The first lines of the errors in a log. */
export const errorLines = (lines: readonly string[]): string[] => lines.filter((line) => ERROR.test(line));

/** The errors of a log that nobody knows of. */
export function unknownErrors(lines: readonly string[]): string[] {
  const ending = new Set(lines.filter((line) => line.includes(SHUTDOWN)).map(processOf));
  const isKnown = (line: string): boolean =>
    KNOWN_ERRORS.some((each) => each.line.test(line) && (each.onlyAtTheEnd !== true || ending.has(processOf(line))));
  return errorLines(lines).filter((line) => !isKnown(line));
}

/** What a service says when it was asked to end. */
const SHUTDOWN = 'Graceful shutdown start';

/** The process that wrote a line. */
const processOf = (line: string): string | undefined => line.split(' ')[2];
