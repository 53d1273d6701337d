import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port of the loopback that can be shut. */
export interface Gate {
  /** Address and port. */
  readonly address: string;
  /** Cuts every connection, and each that is tried from now on. */
  shut(): void;
  open(): void;
  stop(): Promise<void>;
}

/** Opens a way to a port. */
export async function openGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((incoming) => {
    if (!isOpen) return void incoming.destroy();
    const outgoing = connect(Number(port), hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // the other end hears of it by its own socket
      socket.on('error', () => socket.destroy());
    }
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gate has no port');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${address.port}`,
    shut: () => {
      isOpen = false;
      cut();
    },
    open: () => {
      isOpen = true;
    },
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Gates that are shut, opened and stopped as one. */
export const together = (gates: readonly Gate[]): Pick<Gate, 'shut' | 'open' | 'stop'> => ({
  shut: () => gates.forEach((gate) => gate.shut()),
  open: () => gates.forEach((gate) => gate.open()),
  stop: async () => void (await Promise.all(gates.map((gate) => gate.stop()))),
});
