// The functions of the crash test, in a process that is not killed: their effects are counted by the ids of the calls.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dice } from './random.ts';

/** The payload of a call. */
export interface Order {
  /** The effect: done once, however often it is asked for. */
  readonly id: string;
  /** So many calls fail before, with Busy. */
  readonly busy?: number;
  /** The first call fails, with Broken. */
  readonly flaky?: boolean;
  /** Every call fails. */
  readonly broken?: boolean;
  /** The answer is sent under this task token. */
  readonly token?: string;
}

const MAX_DELAY_MS = 60;

export class Provider {
  /** How often each call came, by its id. */
  readonly calls = new Map<string, number>();
  readonly effects = new Set<string>();
  /** Calls that had an effect, or would have had one the first time. */
  taken = 0;
  readonly #dice: Dice;
  readonly #server: Server;
  readonly #sendBack: (token: string, id: string) => Promise<void>;
  readonly #sending = new Set<Promise<void>>();

  /** `sendBack` answers a task under its token; it resolves when the engine has taken the answer. */
  constructor(dice: Dice, sendBack: (token: string, id: string) => Promise<void>) {
    this.#dice = dice;
    this.#sendBack = sendBack;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // a listening TCP server has one
  }

  /** Resolves when every answer under a token has been taken. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the engine was killed during the request
    }
    const order = JSON.parse(Buffer.concat(chunks).toString()) as Order; // written by the load's state machines
    const calls = (this.calls.get(order.id) ?? 0) + 1;
    this.calls.set(order.id, calls);
    const refused = order.broken || calls <= (order.flaky ? 1 : (order.busy ?? 0));
    if (!refused) {
      this.effects.add(order.id);
      this.taken += 1;
    }
    setTimeout(() => {
      response.on('error', () => {}); // the engine was killed meanwhile
      if (refused) response.setHeader('x-amz-function-error', 'Unhandled');
      response.end(JSON.stringify(refused ? refusal(order) : { id: order.id }));
      if (order.token !== undefined) this.#answerLater(order.token, order.id);
    }, this.#dice.next() * MAX_DELAY_MS);
  }

  #answerLater(token: string, id: string): void {
    const sending = new Promise((resolve) => setTimeout(resolve, this.#dice.next() * MAX_DELAY_MS))
      .then(() => this.#sendBack(token, id))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}

const refusal = ({ busy }: Order) => ({ errorType: busy ? 'Busy' : 'Broken', errorMessage: 'no' });
