/** Asks the server for environments and hands them on as they are found. */

import type { CancellationToken, Uri } from "vscode";

import type { EnvironmentInfo } from "./protocol";
import type { ServerSession } from "./session";

interface ListListener {
  readonly onFound: (environment: EnvironmentInfo) => void;
  readonly onSkipped?: (messages: readonly string[]) => void;
}

export class EnvironmentLists {
  private readonly listeners = new Map<string, ListListener>();
  private count = 0;

  constructor(private readonly session: Pick<ServerSession, "execute" | "onNotification">) {
    session.onNotification("pinwise/environmentFound", ({ token, environment }) => {
      this.listeners.get(token)?.onFound(environment);
    });
    session.onNotification("pinwise/placesSkipped", ({ token, messages }) => {
      this.listeners.get(token)?.onSkipped?.(messages);
    });
  }

  /**
   * All environments, in the server's order; each is also reported as it is found. Marked as
   * selected is what the folder uses, or the project of `file` in it.
   * Before the list ends `onSkipped` is told what was not looked at to the end.
   */
  async list(
    folder: Uri | undefined,
    onFound: (environment: EnvironmentInfo) => void,
    cancellation: CancellationToken,
    file?: Uri,
    onSkipped?: (messages: readonly string[]) => void,
  ): Promise<readonly EnvironmentInfo[]> {
    this.count += 1;
    const token = `list-${this.count}`;
    this.listeners.set(token, { onFound, ...(onSkipped && { onSkipped }) });
    try {
      return await this.session.execute(
        "pinwise.listEnvironments",
        {
          ...(folder && { folder: folder.toString() }),
          ...(file && { file: file.toString() }),
          token,
        },
        cancellation,
      );
    } finally {
      this.listeners.delete(token);
    }
  }
}
