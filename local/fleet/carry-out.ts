import { NovaError } from '#errors';
import { newObject } from '#wire/wire';
import type { Build } from './build-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import { textField } from './order.ts';

/** Why a host could not carry out an order. */
export interface Failed {
  readonly message: string;
}

/**
 * What the hypervisor does of an order by its behaviour: nothing when it works, else why
 * not; a host that dies is silent.
 */
export async function carryOut(build: Build, kind: BehaviourKind): Promise<Failed | undefined> {
  if (kind === 'build') return undefined;
  if ('die' in kind) return build.site.die(kind.die);
  if ('delay' in kind) {
    await build.site.sleep(kind.delay);
    return carryOut(build, kind.next ?? 'build');
  }
  return { message: 'fail' in kind ? kind.fail : kind.abort };
}

/** Begins the event of an order. */
export async function startEvent({ site, order, instance }: Build, event: string): Promise<void> {
  const args = [textField(instance, 'uuid'), event];
  const kwargs = { want_result: false, host: site.host };
  await site.proxy.classAction(order.context, 'InstanceActionEvent', 'event_start', args, kwargs);
}

/** Ends the event of an order. */
export async function finishEvent({ site, order, instance }: Build, event: string, failed?: Failed): Promise<void> {
  const exc_val = failed?.message ?? null;
  const exc_tb = failed === undefined ? null : `Traceback (most recent call last):\n  ${failed.message}\n`;
  const args = [textField(instance, 'uuid'), event];
  const kwargs = { exc_val, exc_tb, want_result: false };
  await site.proxy.classAction(order.context, 'InstanceActionEvent', 'event_finish_with_failure', args, kwargs);
}

/** Records why the host could not carry out an order. */
export async function writeFault({ site, order, instance }: Build, code: number, message: string): Promise<void> {
  const fault = { instance_uuid: textField(instance, 'uuid'), code, message, details: '', host: site.host };
  await site.proxy.action(order.context, newObject('InstanceFault', '1.2', fault), 'create');
}

/** Takes a server onto the host; one that the conductor refuses meanwhile leaves nothing here. */
export async function unlessRefused(build: Build, take: () => Promise<void>): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    const uuid = textField(build.instance, 'uuid');
    build.site.trouble(`taking ${uuid}`, error);
    await build.site.tracker.release(uuid);
  }
}
