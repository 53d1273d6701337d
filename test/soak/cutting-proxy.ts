import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to an endpoint of this machine that can be cut: connections break, and new ones are refused. */
export class CuttingProxy {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  /** Opens a way to an endpoint, and answers the endpoint at its near end. */
  async to(endpoint: string): Promise<string> {
    const { hostname, port } = new URL(endpoint);
    const server = createServer((near) => this.#join(near, connect(Number(port), hostname)));
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    for (const server of this.#servers) server.close();
  }

  #join(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    if (this.#isCut) {
      near.destroy();
      far.destroy();
    }
  }
}
