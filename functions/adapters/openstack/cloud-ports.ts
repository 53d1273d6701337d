import type { Accelerators } from '#ports/accelerators';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Image } from '#ports/image';
import type { Network } from '#ports/network';
import type { NetworkPorts } from '#ports/network-ports';
import type { CloudQuota } from '#ports/cloud-quota';
import type { Volumes } from '#ports/volumes';
import type { Cloud, CloudOptions, CloudParts } from './cloud.ts';

/** The services that a cloud serves in place of the deployment's own. */
export interface CloudPorts {
  readonly accelerators?: Accelerators;
  readonly image?: Image;
  readonly network?: Network;
  readonly networkPorts?: NetworkPorts;
  readonly placement?: CandidatePlacement;
  readonly cloudQuota?: CloudQuota;
  readonly volumes?: Volumes;
}

/** What can be asked for before it is there: a port whose methods all answer later. */
type AnswersLater<Port> = { readonly [Method in keyof Port]: (...asked: never[]) => Promise<unknown> };

/** A port each of whose methods is that of another one, which is made when the first is called. */
const onceMade = <Port extends AnswersLater<Port>>(made: () => Promise<Port>): Port =>
  new Proxy<Port>(Object.create(null), {
    get: (_target, method) =>
      // whoever awaits an object asks for this one
      method === 'then'
        ? undefined
        : async (...asked: readonly unknown[]): Promise<unknown> => {
            const port = await made();
            return Reflect.apply(Reflect.get(port, method), port, asked);
          },
  });

/**
 * The ports of the services that are named. A function that asks none of them reads nothing of the cloud at its start,
 * and nothing is asked of the cloud before it is needed.
 */
export function cloudPorts(services: readonly string[], options: CloudOptions, parts: CloudParts): CloudPorts {
  let made: Promise<Cloud> | undefined;
  const cloud = (): Promise<Cloud> =>
    (made ??= import('./cloud.ts').then(({ openstackCloud }) => openstackCloud(options, parts)));
  const named = (service: string, ports: CloudPorts): CloudPorts => (services.includes(service) ? ports : {});
  return {
    ...named('accelerator', { accelerators: onceMade(async () => (await cloud()).accelerators) }),
    ...named('image', { image: onceMade(async () => (await cloud()).image) }),
    ...named('network', {
      network: onceMade(async () => (await cloud()).network),
      networkPorts: onceMade(async () => (await cloud()).networkPorts),
    }),
    ...named('placement', {
      placement: onceMade(async () => (await cloud()).placement),
      cloudQuota: onceMade(async () => (await cloud()).cloudQuota),
    }),
    ...named('block-storage', { volumes: onceMade(async () => (await cloud()).volumes) }),
  };
}
