import { HUGE, TINY } from './flavors.ts';
import { BUILD, SPAWN, type Occasion, type Story } from './scenario.ts';

const isFirstBuild = ({ method, nth }: Occasion): boolean => method === BUILD && nth === 1;

/** Servers are built; the host that dies comes last, as the others need theirs. */
export const build: Story = {
  name: 'build',
  title: 'Servers are built; one is buried; a host dies in mid-build',
  scenarios: [
    {
      name: 'spread',
      title: 'Five servers, spread over six hosts in two cells',
      servers: 5,
      flavor: TINY,
      kind: () => SPAWN,
      expected: { state: 'active', cells: 2, hosts: 2, attempts: 1 },
    },
    {
      name: 'recorded',
      title: 'A request for two servers, as the API of a real Nova sent it',
      servers: 2,
      flavor: TINY,
      recorded: true,
      expected: { state: 'active', attempts: 1 },
    },
    {
      name: 'alternate',
      title: 'A server whose first host fails lands on an alternate',
      servers: 1,
      flavor: TINY,
      kind: (order) => (isFirstBuild(order) ? { delay: 200, next: { fail: 'the hypervisor is out of order' } } : SPAWN),
      expected: { state: 'active', attempts: 2 },
    },
    {
      name: 'too-large',
      title: 'A request that nobody can host is buried in cell0',
      servers: 1,
      flavor: HUGE,
      expected: { state: 'error', cell: 'cell0', attempts: 0, fault: /no valid host/iu },
    },
    {
      name: 'deleted',
      title: 'A build request deleted while scheduling is never built',
      servers: 1,
      flavor: TINY,
      incident: 'build request deleted while scheduling',
      expected: { state: 'gone', attempts: 0 },
    },
    {
      name: 'dying-host',
      title: 'A server whose host dies in mid-build is built on another',
      servers: 1,
      flavor: TINY,
      kind: (order) => (isFirstBuild(order) ? { delay: 600_000 } : SPAWN),
      incident: 'host dies while spawning',
      expected: { state: 'active', attempts: 2 },
    },
  ],
};
