import { passIf, type HostFilter } from './host-filter.ts';

/** Other names under which images and hypervisors know the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  i386: 'i686',
  i486: 'i686',
  i586: 'i686',
  xapi: 'xen',
  pv: 'xen',
  hv: 'hvm',
  baremetal: 'hvm',
};

const canonical = (name: string): string => ALIASES[name.toLowerCase()] ?? name.toLowerCase();

/** A host that can run the image's architecture, hypervisor type and VM mode, all three in one combination. */
export const imagePropertiesFilter: HostFilter = {
  name: 'ImagePropertiesFilter',
  // A rebuild may bring another image onto the same host.
  runOnRebuild: true,
  hostPasses({ provider }, { image }) {
    const wanted = [image.architecture, image.hypervisorType, image.vmMode];
    if (wanted.every((name) => name === undefined)) {
      return passIf(true, '');
    }
    const runs = provider.supportedInstances.some((offered) =>
      wanted.every((name, at) => name === undefined || canonical(name) === canonical(offered[at] ?? '')),
    );
    return passIf(runs, `cannot run ${wanted.filter((name) => name !== undefined).join(' ')}`);
  },
};
