import type { Bus } from '#client/bus';
import type { Clock } from '#ports/clock';

/**
 * A process that can be stopped and go on, as by SIGSTOP and SIGCONT: meanwhile it sends nothing, handles nothing that
 * it has taken, and none of its timers runs; afterwards all of it happens at once.
 */
export class Stoppable {
  #stopped: PromiseWithResolvers<void> | undefined;

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  stop(): void {
    this.#stopped ??= Promise.withResolvers<void>();
  }

  goOn(): void {
    this.#stopped?.resolve();
    this.#stopped = undefined;
  }

  /** A queue's messages are handled, and others sent, while it is not stopped. */
  bus(bus: Bus): Bus {
    return {
      createQueue: (queue) => bus.createQueue(queue),
      deleteQueue: (queue) => bus.deleteQueue(queue),
      send: (queue, message) => this.#then(() => bus.send(queue, message)),
      sendBatch: (queue, messages) => this.#then(() => bus.sendBatch(queue, messages)),
      read: (queue, handle) => bus.read(queue, (message) => this.#then(() => handle(message))),
    };
  }

  /** Time passes while it is stopped, and is noticed afterwards. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      timer: (milliseconds, fire) => {
        const timer = { isCancelled: false };
        const fireLate = (): void => {
          if (!timer.isCancelled) fire();
        };
        const cancel = clock.timer(milliseconds, () => {
          if (this.#stopped === undefined) fire();
          else void this.#stopped.promise.then(fireLate);
        });
        return () => {
          timer.isCancelled = true;
          cancel();
        };
      },
    };
  }

  #then<T>(run: () => Promise<T>): Promise<T> {
    return this.#stopped === undefined ? run() : this.#stopped.promise.then(() => this.#then(run));
  }
}
