import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';

/** Where the ports of a server are to be bound, and where no longer. */
export interface BindingMove {
  readonly context: RequestContext;
  readonly uuid: string;
  /** The host that has the server. */
  readonly stays: string;
  /** A host that has it no more, or never had. */
  readonly leaves: string;
}

/**
 * Binds the ports of a server to the host that has it alone. A binding of the other host that is active
 * gives way to that of the first before it is deleted: a port is never bound nowhere. Nothing is done
 * where no network service is named.
 *
 * @throws ServiceNotReached, PortBindingActivationFailed, PortBindingDeletionFailed
 */
export async function moveBindings(
  { networkPorts }: Pick<Services, 'networkPorts'>,
  { context, uuid, stays, leaves }: BindingMove,
): Promise<void> {
  if (networkPorts === undefined || stays === leaves) return;
  for (const { id: port } of await networkPorts.ofInstance(context, uuid)) {
    const bindings = await networkPorts.bindings(context, port);
    const left = bindings.find(({ host }) => host === leaves);
    if (left === undefined) continue;
    if (left.status === 'ACTIVE') await networkPorts.activate(context, port, stays);
    await networkPorts.unbind(context, port, leaves);
  }
}
