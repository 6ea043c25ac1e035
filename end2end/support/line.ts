// The wire between one screen and its room, which a test can cut, or make deaf: then the room hears the screen and the
// screen does not hear the room, as when a connection dies between a commit and its acknowledgement.

import type { Page, WebSocketRoute } from '@playwright/test';

export class Line {
  private open: WebSocketRoute[] = [];
  private isCut = false;
  private isDeaf = false;

  /** Stands between the page and its rooms from now on. */
  static async of(page: Page): Promise<Line> {
    const line = new Line();
    await page.routeWebSocket(/./, (screen) => line.connect(screen));
    return line;
  }

  private connect(screen: WebSocketRoute): void {
    if (this.isCut) {
      void screen.close({ code: 1001 });
      return;
    }
    const room = screen.connectToServer();
    this.open.push(screen);
    screen.onMessage((frame) => {
      if (!this.isCut) {
        room.send(frame);
      }
    });
    room.onMessage((frame) => {
      if (!this.isCut && !this.isDeaf) {
        screen.send(frame);
      }
    });
  }

  /** Nothing comes through, and every new attempt fails. */
  async cut(): Promise<void> {
    this.isCut = true;
    const open = this.open;
    this.open = [];
    await Promise.all(open.map((screen) => screen.close({ code: 1001 })));
  }

  /** The room still hears this screen. */
  deafen(): void {
    this.isDeaf = true;
  }

  /** From now on an attempt succeeds. */
  restore(): void {
    this.isCut = false;
    this.isDeaf = false;
  }
}
