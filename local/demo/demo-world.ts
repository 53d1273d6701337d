import type { ScheduleAndBuildInstances } from '#client/compute-task-messages';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { ExecutionStatus } from '#ports/executions';
import type { Ids } from '#ports/ids';
import type { DemoFlavor } from './flavors.ts';
import type { RecordedBoot } from './recorded-boot.ts';

/** A server as the demo shows it. */
export interface DemoServer {
  readonly uuid: string;
  /**
   * `scheduling` while there is only a build request, then the vm_state; `gone` when there is neither a build
   * request nor a server any more.
   */
  readonly state: string;
  readonly taskState: string | null;
  readonly cell: string | null;
  readonly host: string | null;
  /** Name of its flavor. */
  readonly flavor: string | null;
  /** Orders that hosts got to take it: those of the method that was asked for. */
  readonly attempts: number;
  /** Message of its last fault. */
  readonly fault: string | null;
  /** Status of its last migration. */
  readonly migration: string | null;
  /** Hosts on which it, or its last migration, holds resources. */
  readonly holds: readonly string[];
  /** Hosts that have it, by what they say themselves. */
  readonly runsOn: readonly string[];
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

/** What users ask for and Nova's API orders the server's host itself. */
export interface HostRequests {
  confirmResize(uuid: string): Promise<void>;
  revertResize(uuid: string): Promise<void>;
  /**
   * `kept` says whether the image that it is shelved into is there afterwards; one of a cloud’s is made before, and
   * named, with the devices that are given back.
   */
  shelve(
    uuid: string,
    image: { readonly kept: boolean } | { readonly id: string; readonly accelUuids: readonly string[] },
  ): Promise<void>;
  stop(uuid: string): Promise<void>;
  start(uuid: string): Promise<void>;
  reboot(uuid: string, how: 'SOFT' | 'HARD'): Promise<void>;
  /** Boots it from its own image, with its disk beside. */
  rescue(uuid: string): Promise<void>;
  delete(uuid: string): Promise<void>;
  /** Its host deletes it when `reclaim_instance_interval` is over. */
  softDelete(uuid: string): Promise<void>;
}

/** What users ask for, by the messages that Nova's API sends for them. */
export interface DemoUser extends HostRequests {
  /** To that host, or to one that the scheduler chooses. */
  liveMigrate(uuid: string, host: string | null): Promise<void>;
  /** Waits for the conductor's part in it. @throws NoValidHost */
  resize(uuid: string, flavor: DemoFlavor): Promise<void>;
  /** To a host of another cell. @throws NoValidHost */
  resizeAcrossCells(uuid: string, flavor: DemoFlavor, host: string): Promise<void>;
  /** Cold, to a host that the scheduler chooses; waits for the conductor's part in it. @throws NoValidHost */
  migrate(uuid: string): Promise<void>;
  /** From its own image, where it is. */
  rebuild(uuid: string): Promise<void>;
  unshelve(uuid: string): Promise<void>;
}

/** All that the demo asks of the world that it shows. */
export interface DemoWorld {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly user: DemoUser;
  publish(command: BuildCommand): Promise<void>;
  /** Loads the records that a recorded request came with, and sends it as it was sent. */
  publishRecorded(boot: RecordedBoot): Promise<void>;
  /** One for each uuid, in the order asked; `attempts` counts orders of this method. */
  servers(uuids: readonly string[], method: string): Promise<DemoServer[]>;
  /** All executions so far, oldest first. */
  executions(): Promise<DemoExecution[]>;
  /** Runs `act` once the scheduler is asked for a host for this server, and lets it answer only afterwards. */
  whileScheduling(uuid: string, act: () => Promise<void>): void;
  deleteBuildRequest(context: RequestContext, uuid: string): Promise<void>;
  /** The host falls silent at once. */
  killHost(host: string): Promise<void>;
  /** A host that died comes back, and has registered afterwards. */
  reviveHost(host: string): Promise<void>;
  /** Whether the conductor takes the host for dead. */
  isDown(host: string): Promise<boolean>;
  /** Does what `conductor host evacuate` does, and reports each server that has come to an end. */
  evacuate(host: string, report: (line: string) => void): Promise<void>;
}
