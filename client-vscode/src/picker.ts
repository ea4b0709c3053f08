/** The interpreter picker: there at once, filled while environments are found. */

import * as vscode from "vscode";

import type { EnvironmentLists } from "./environmentLists";
import {
  type PickerChoice,
  type PickerItem,
  activeItem,
  itemId,
  looksLikePath,
  pickerItems,
  withEnvironment,
} from "./pickerItems";
import type { EnvironmentInfo, ProjectStatus } from "./protocol";

/** Discovery reports in bursts; a list that is drawn anew for each of them flickers. */
const redrawDelay = 30;

export interface PickerOptions {
  readonly title: string;
  readonly folder: vscode.Uri | undefined;
  /** A file whose project is meant, where the folder holds several. */
  readonly file?: vscode.Uri | undefined;
  /** What is known already: the environment in use is listed before the search begins. */
  readonly status: ProjectStatus | undefined;
  readonly canCreate: boolean;
  /** Called where the search fails; the picker stays, because paths can still be entered. */
  readonly onError: (error: unknown) => void;
}

/** Shows the picker; `undefined` where the user leaves it. */
export function pickInterpreter(
  lists: EnvironmentLists,
  options: PickerOptions,
): Promise<PickerChoice | undefined> {
  const picker = new Picker(options);
  void picker.fill(lists);
  return picker.choice;
}

class Picker {
  readonly choice: Promise<PickerChoice | undefined>;
  private readonly box = vscode.window.createQuickPick<PickerItem>();
  private readonly search = new vscode.CancellationTokenSource();
  private environments: EnvironmentInfo[] = [];
  private skipped: readonly string[] = [];
  /** The item that this code made active, and the one that the user went to instead. */
  private proposed: PickerItem | undefined;
  private goneTo: PickerItem | undefined;
  private redraw: NodeJS.Timeout | undefined;

  constructor(private readonly options: PickerOptions) {
    const inUse = options.status?.environment;
    if (inUse) this.environments = [{ ...inUse, selected: true }];
    this.box.title = options.title;
    this.box.placeholder = vscode.l10n.t("Pick an environment or an interpreter, or type its path");
    this.box.matchOnDescription = true;
    this.box.keepScrollPosition = true;
    this.box.busy = true;

    this.choice = new Promise((resolve) => {
      this.box.onDidAccept(() => {
        resolve(this.box.selectedItems[0]?.choice ?? this.box.activeItems[0]?.choice);
        this.box.hide();
      });
      this.box.onDidHide(() => {
        this.close();
        resolve(undefined);
      });
    });
    this.box.onDidChangeActive(([item]) => {
      if (item && (!this.proposed || itemId(item) !== itemId(this.proposed))) this.goneTo = item;
    });
    this.box.onDidChangeValue((value) => {
      // Another filter is another question; what was active before is no longer an answer to it.
      this.goneTo = undefined;
      if (looksLikePath(value) || this.box.items.some(({ choice }) => choice?.kind === "path")) {
        this.draw();
      }
    });
    this.draw();
    this.box.show();
  }

  async fill(lists: EnvironmentLists): Promise<void> {
    try {
      this.environments = [
        ...(await lists.list(
          this.options.folder,
          (environment) => this.add(environment),
          this.search.token,
          this.options.file,
          (messages) => {
            this.skipped = messages;
          },
        )),
      ];
      this.draw();
    } catch (error) {
      if (!this.search.token.isCancellationRequested) this.options.onError(error);
    } finally {
      this.box.busy = false;
    }
  }

  private add(environment: EnvironmentInfo): void {
    this.environments = withEnvironment(this.environments, environment);
    this.redraw ??= setTimeout(() => this.draw(), redrawDelay);
  }

  private draw(): void {
    clearTimeout(this.redraw);
    this.redraw = undefined;
    const items = pickerItems({
      environments: this.environments,
      skipped: this.skipped,
      typed: this.box.value,
      explicit: this.options.status?.explicit ?? false,
      canCreate: this.options.canCreate,
    });
    this.proposed = activeItem(items, this.goneTo);
    this.box.items = items;
    // While a filter stands, the box itself knows what matches it.
    if (this.proposed && (this.box.value === "" || this.goneTo)) {
      this.box.activeItems = [this.proposed];
    }
  }

  private close(): void {
    clearTimeout(this.redraw);
    this.search.cancel();
    this.search.dispose();
    this.box.dispose();
  }
}
