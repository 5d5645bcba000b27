import type { Task } from "./_task.ts";

/** Freed places at the front that are worth closing up. */
const MOST_GAP = 1_024;

/** Tasks of one priority, in order. */
class Row {
  readonly priority: number;
  #tasks: (Task | undefined)[] = [];
  #first = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  get size(): number {
    return this.#tasks.length - this.#first;
  }

  push(task: Task): void {
    this.#tasks.push(task);
  }

  unshift(task: Task): void {
    if (this.#first > 0) this.#tasks[--this.#first] = task;
    else this.#tasks.unshift(task);
  }

  shift(): Task {
    const task = this.#tasks[this.#first]!;
    this.#tasks[this.#first++] = undefined;
    if (this.#first === this.#tasks.length) {
      this.#tasks = [];
      this.#first = 0;
    } else if (
      this.#first > MOST_GAP && this.#first * 2 > this.#tasks.length
    ) {
      this.#tasks = this.#tasks.slice(this.#first);
      this.#first = 0;
    }
    return task;
  }

  remove(task: Task): boolean {
    const index = this.#tasks.indexOf(task, this.#first);
    if (index < 0) return false;
    this.#tasks.splice(index, 1);
    return true;
  }

  /** Takes tasks out; gives those that were there. */
  removeAll(unwanted: ReadonlySet<Task>): Task[] {
    const waiting = this.#tasks.slice(this.#first) as Task[];
    const { out = [], left = [] } = Object.groupBy(
      waiting,
      (task) => unwanted.has(task) ? "out" : "left",
    );
    if (out.length > 0) [this.#tasks, this.#first] = [left, 0];
    return out;
  }

  get first(): Task | undefined {
    return this.#tasks[this.#first];
  }
}

/** Tasks that wait: those of higher priority first, else in the order they came. */
export class TaskQueue {
  /** Highest priority first; there is always one. */
  #rows: Row[] = [new Row(0)];
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** The one whose turn it is. */
  get first(): Task | undefined {
    return this.#rows[0].first;
  }

  /** The lowest priority among them; without any, one above all. */
  get lowest(): number {
    return this.#size === 0 ? Infinity : this.#rows.at(-1)!.priority;
  }

  /** Adds a task behind those of its priority. */
  push(task: Task): void {
    this.#rowOf(task).push(task);
    this.#size++;
  }

  /** Puts a task before all others of its priority: it has waited already. */
  putBack(task: Task): void {
    this.#rowOf(task).unshift(task);
    this.#size++;
  }

  /** {@linkcode putBack}, for several in the order in which they were submitted. */
  putAllBack(tasks: readonly Task[]): void {
    const lastFirst = tasks.toSorted((a, b) => b.number - a.number);
    for (const task of lastFirst) this.putBack(task);
  }

  /** Takes the one whose turn it is. */
  shift(): Task | undefined {
    if (this.#size === 0) return undefined;
    this.#size--;
    const row = this.#rows[0];
    const task = row.shift();
    if (row.size === 0 && this.#rows.length > 1) this.#rows.shift();
    return task;
  }

  /** Takes a task out; whether it was there. */
  remove(task: Task): boolean {
    const index = this.#rows.findIndex(({ priority }) =>
      priority === task.treatment.priority
    );
    if (index < 0 || !this.#rows[index].remove(task)) return false;
    this.#size--;
    if (this.#rows[index].size === 0 && this.#rows.length > 1) {
      this.#rows.splice(index, 1);
    }
    return true;
  }

  /** Takes tasks out, in one pass; gives those that were there. */
  removeAll(unwanted: ReadonlySet<Task>): Task[] {
    if (this.#size === 0) return [];
    const out = this.#rows.flatMap((row) => row.removeAll(unwanted));
    this.#size -= out.length;
    const left = this.#rows.filter(({ size }) => size > 0);
    this.#rows = left.length > 0 ? left : [new Row(0)];
    return out;
  }

  #rowOf({ treatment: { priority } }: Task): Row {
    const [top] = this.#rows;
    if (top.priority === priority) return top;
    let index = this.#rows.findIndex((row) => row.priority <= priority);
    if (index < 0) index = this.#rows.length;
    else if (this.#rows[index].priority === priority) return this.#rows[index];
    const row = new Row(priority);
    // What is left then is a row that is empty.
    if (this.#size === 0) this.#rows = [row];
    else this.#rows.splice(index, 0, row);
    return row;
  }
}
