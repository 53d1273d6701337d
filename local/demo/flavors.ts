/** Resources that a server of the demo asks for. */
export interface DemoFlavor {
  readonly id: number;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly rootGb: number;
}

export const TINY: DemoFlavor = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
export const SMALL: DemoFlavor = { id: 2, name: 'm1.small', vcpus: 2, memoryMb: 1024, rootGb: 2 };
/** One of these fills a host's disk. */
export const BULKY: DemoFlavor = { id: 8, name: 'm8.bulky', vcpus: 1, memoryMb: 512, rootGb: 900 };
/** Nobody can host it. */
export const HUGE: DemoFlavor = { id: 9, name: 'm9.huge', vcpus: 4096, memoryMb: 16_777_216, rootGb: 1 };
