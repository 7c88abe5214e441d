/** What is used of `ws`, which brings no types of its own. */
declare module 'ws' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export class WebSocket {
    readonly protocol: string;
    readonly readyState: number;
    constructor(url: string, protocols?: string, options?: object);
    send(data: string, sent?: (error?: Error) => void): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    ping(): void;
    on(event: string, listener: (...args: never[]) => void): this;
    once(event: string, listener: (...args: never[]) => void): this;
  }
  export default WebSocket;
  export class WebSocketServer {
    readonly clients: ReadonlySet<WebSocket>;
    constructor(options: {
      noServer: true;
      maxPayload?: number;
      perMessageDeflate?: boolean;
      handleProtocols?: (protocols: Set<string>) => string | false;
    });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
    emit(event: 'connection', socket: WebSocket, request: IncomingMessage): boolean;
    on(event: string, listener: (...args: never[]) => void): this;
    close(done?: () => void): void;
  }
}
