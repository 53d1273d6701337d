import { connect, createServer, type Socket } from 'node:net';
import { listening } from '#local/emulation/loopback-server';

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
  });
  const { endpoint, stop } = await listening(server);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: new URL(endpoint).host,
    shut: () => {
      isOpen = false;
      cut();
    },
    open: () => {
      isOpen = true;
    },
    stop: () => {
      cut();
      return stop();
    },
  };
}

/** Gates that are shut, opened and stopped as one. */
export const together = (gates: readonly Gate[]): Pick<Gate, 'shut' | 'open' | 'stop'> => ({
  shut: () => gates.forEach((gate) => gate.shut()),
  open: () => gates.forEach((gate) => gate.open()),
  stop: async () => void (await Promise.all(gates.map((gate) => gate.stop()))),
});
