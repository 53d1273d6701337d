import type { Accelerators } from '#ports/accelerators';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Image } from '#ports/image';
import type { Network } from '#ports/network';
import type { NetworkPorts } from '#ports/network-ports';
import type { QuotaBooks } from '#ports/quota-books';
import type { Volumes } from '#ports/volumes';
import type { Cloud, CloudOptions, CloudParts } from './cloud.ts';

/** The services that a cloud serves in place of the deployment's own. */
export interface CloudPorts {
  readonly accelerators?: Accelerators;
  readonly image?: Image;
  readonly network?: Network;
  readonly networkPorts?: NetworkPorts;
  readonly placement?: CandidatePlacement;
  readonly quotaBooks?: QuotaBooks;
  readonly volumes?: Volumes;
}

/**
 * The ports of the services that are named. A function that asks none of them reads nothing of the cloud at its start, and
 * nothing is asked of the cloud before it is needed.
 */
export function cloudPorts(services: readonly string[], options: CloudOptions, parts: CloudParts): CloudPorts {
  let made: Promise<Cloud> | undefined;
  const cloud = (): Promise<Cloud> =>
    (made ??= import('./cloud.ts').then(({ openstackCloud }) => openstackCloud(options, parts)));
  const ofImages = async (): Promise<Image> => (await cloud()).image;
  const image: Image = {
    get: async (...asked) => (await ofImages()).get(...asked),
    create: async (...asked) => (await ofImages()).create(...asked),
    delete: async (...asked) => (await ofImages()).delete(...asked),
  };
  const network: Network = {
    deallocateForInstance: async (...asked) => (await cloud()).network.deallocateForInstance(...asked),
  };
  const ofPorts = async (): Promise<NetworkPorts> => (await cloud()).networkPorts;
  const networkPorts: NetworkPorts = {
    hasBindings: async (...asked) => (await ofPorts()).hasBindings(...asked),
    ofInstance: async (...asked) => (await ofPorts()).ofInstance(...asked),
    needs: async (...asked) => (await ofPorts()).needs(...asked),
    bind: async (...asked) => (await ofPorts()).bind(...asked),
    bindings: async (...asked) => (await ofPorts()).bindings(...asked),
    activate: async (...asked) => (await ofPorts()).activate(...asked),
    unbind: async (...asked) => (await ofPorts()).unbind(...asked),
  };
  const ofAccelerators = async (): Promise<Accelerators> => (await cloud()).accelerators;
  const accelerators: Accelerators = {
    profile: async (...asked) => (await ofAccelerators()).profile(...asked),
    create: async (...asked) => (await ofAccelerators()).create(...asked),
    bind: async (...asked) => (await ofAccelerators()).bind(...asked),
    arqsOf: async (...asked) => (await ofAccelerators()).arqsOf(...asked),
    deleteOf: async (...asked) => (await ofAccelerators()).deleteOf(...asked),
    delete: async (...asked) => (await ofAccelerators()).delete(...asked),
  };
  const ofVolumes = async (): Promise<Volumes> => (await cloud()).volumes;
  const volumes: Volumes = {
    createAttachment: async (...asked) => (await ofVolumes()).createAttachment(...asked),
    attachment: async (...asked) => (await ofVolumes()).attachment(...asked),
    attachments: async (...asked) => (await ofVolumes()).attachments(...asked),
    updateAttachment: async (...asked) => (await ofVolumes()).updateAttachment(...asked),
    completeAttachment: async (...asked) => (await ofVolumes()).completeAttachment(...asked),
    deleteAttachment: async (...asked) => (await ofVolumes()).deleteAttachment(...asked),
    renewAttachment: async (...asked) => (await ofVolumes()).renewAttachment(...asked),
  };
  const ofCloud = async (): Promise<CandidatePlacement> => (await cloud()).placement;
  const placement: CandidatePlacement = {
    saveProvider: async (...asked) => (await ofCloud()).saveProvider(...asked),
    deleteProvider: async (...asked) => (await ofCloud()).deleteProvider(...asked),
    offer: async (...asked) => (await ofCloud()).offer(...asked),
    retireProvider: async (...asked) => (await ofCloud()).retireProvider(...asked),
    allocations: async (...asked) => (await ofCloud()).allocations(...asked),
    traits: async (...asked) => (await ofCloud()).traits(...asked),
    providerName: async (...asked) => (await ofCloud()).providerName(...asked),
    claim: async (...asked) => (await ofCloud()).claim(...asked),
    setAndClear: async (...asked) => (await ofCloud()).setAndClear(...asked),
    removeProvider: async (...asked) => (await ofCloud()).removeProvider(...asked),
    release: async (...asked) => (await ofCloud()).release(...asked),
    withdraw: async (...asked) => (await ofCloud()).withdraw(...asked),
    claimsOn: async (...asked) => (await ofCloud()).claimsOn(...asked),
    candidates: async (...asked) => (await ofCloud()).candidates(...asked),
    claimedBy: async (...asked) => (await ofCloud()).claimedBy(...asked),
  };
  const quotaBooks: QuotaBooks = {
    usages: async (...asked) => (await cloud()).quotaBooks.usages(...asked),
    limits: async (...asked) => (await cloud()).quotaBooks.limits(...asked),
  };
  return {
    ...(services.includes('accelerator') ? { accelerators } : {}),
    ...(services.includes('image') ? { image } : {}),
    ...(services.includes('network') ? { network, networkPorts } : {}),
    ...(services.includes('placement') ? { placement, quotaBooks } : {}),
    ...(services.includes('block-storage') ? { volumes } : {}),
  };
}
