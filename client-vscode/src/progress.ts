/**
 * Shows the server's progress. The language client puts all of it into the status bar, where there
 * is no button: what can be cancelled is shown as a notification that has one.
 */

import * as vscode from "vscode";
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient/node";

type WorkDone = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** A notification that is on the screen. */
interface Shown {
  report(state: WorkDoneProgressBegin | WorkDoneProgressReport): void;
  end(): void;
}

export class CancellableProgress {
  private readonly shown = new Map<ProgressToken, Shown>();

  /** @param cancel tells the server that the user wants no more of it. */
  constructor(private readonly cancel: (token: ProgressToken) => void) {}

  /** Shows a step of a progress, or leaves it to the language client by calling `next`. */
  handle(token: ProgressToken, step: WorkDone, next: () => void): void {
    if (step.kind === "begin" && step.cancellable) {
      this.shown.set(token, this.show(token, step));
      return;
    }
    const shown = this.shown.get(token);
    if (!shown) {
      next();
    } else if (step.kind === "end") {
      this.shown.delete(token);
      shown.end();
      // The language client listens to the token until it hears of its end.
      next();
    } else {
      shown.report(step);
    }
  }

  /** Takes everything from the screen: a server that is gone ends nothing any more. */
  clear(): void {
    for (const shown of this.shown.values()) shown.end();
    this.shown.clear();
  }

  private show(token: ProgressToken, begin: WorkDoneProgressBegin): Shown {
    const state = new ProgressState(begin);
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: begin.title,
        cancellable: true,
      },
      (progress, cancellation) => {
        cancellation.onCancellationRequested(() => this.cancel(token));
        state.showIn(progress);
        return state.ended;
      },
    );
    return state;
  }
}

/** How far an action is. VS Code takes its time to open a notification, and reports do not wait. */
class ProgressState implements Shown {
  readonly ended: Promise<void>;
  private finish: (() => void) | undefined;
  private message: string | undefined;
  private percentage = 0;
  private drawn = 0;
  private bar: vscode.Progress<{ message?: string; increment?: number }> | undefined;

  constructor(begin: WorkDoneProgressBegin) {
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.report(begin);
  }

  end(): void {
    this.finish?.();
  }

  report({ message, percentage }: WorkDoneProgressBegin | WorkDoneProgressReport): void {
    this.message = message ?? this.message;
    this.percentage = Math.max(this.percentage, percentage ?? 0);
    this.draw();
  }

  showIn(bar: NonNullable<ProgressState["bar"]>): void {
    this.bar = bar;
    this.draw();
  }

  private draw(): void {
    // LSP tells how far it is, VS Code wants to hear how much was added.
    const increment = this.percentage - this.drawn;
    this.bar?.report({
      ...(this.message !== undefined && { message: this.message }),
      ...(increment > 0 && { increment }),
    });
    if (this.bar) this.drawn = this.percentage;
  }
}
