import type { ScheduleAndBuildInstances } from '#client/compute-task-messages';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { ExecutionStatus } from '#ports/executions';
import type { Ids } from '#ports/ids';

/** A server as the demo shows it. */
export interface DemoServer {
  readonly uuid: string;
  /**
   * `scheduling` while there is only a build request, then the vm_state; `gone` when there is neither a build request nor
   * a server any more.
   */
  readonly state: string;
  readonly taskState: string | null;
  readonly cell: string | null;
  readonly host: string | null;
  /** Hosts that were told to build it. */
  readonly attempts: number;
  /** Message of its last fault. */
  readonly fault: string | null;
}

/** An execution as the demo shows it. */
export interface DemoExecution {
  readonly workflow: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** How it ended, in a few words; absent while it runs. */
  readonly outcome?: string;
  /** From start to end, or to now. */
  readonly milliseconds: number;
}

/** A schedule_and_build_instances cast, ready to be published. */
export interface BuildCommand {
  readonly context: RequestContext;
  readonly args: ScheduleAndBuildInstances;
  /** In the order of the build requests. */
  readonly uuids: readonly string[];
}

/** All that the demo asks of the world that it shows. */
export interface DemoWorld {
  readonly clock: Clock;
  readonly ids: Ids;
  publish(command: BuildCommand): Promise<void>;
  /** One for each uuid, in the order asked. */
  servers(uuids: readonly string[]): Promise<DemoServer[]>;
  /** All executions so far, oldest first. */
  executions(): Promise<DemoExecution[]>;
  /** Runs `act` once the scheduler is asked for a host for this server, and lets it answer only afterwards. */
  whileScheduling(uuid: string, act: () => Promise<void>): void;
  deleteBuildRequest(context: RequestContext, uuid: string): Promise<void>;
  /** The host falls silent at once. */
  killHost(host: string): Promise<void>;
}
