"""Executes notebooks on the tslab kernel and says honestly whether every cell worked.

tslab reports less than other kernels: a failed cell has no error output, cells sent after a
failed one are answered "abort", an unhandled rejection leaves a green cell and one line of stderr,
and that line may come after the cell's reply. nbclient lets all of this pass. This runner takes
any reply but "ok", any stderr, a cell over its time limit and a dead kernel as the notebook's
failure, named by its cell, and stops there.

One line of JSON comes in: {"notebooks": [{"path", "replace": {cell id: source}}],
"cellTimeLimitMs"}; one line goes out per notebook, in order: {"path", "failure" or null, "notes",
"text": the executed notebook as Jupyter writes it}. Input stays open: its end, or SIGTERM, stops
the kernel and the runner.
"""
import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path

import nbformat
import zmq
from jupyter_client import KernelManager

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "jupyter"))
from save_hook import clean_output  # noqa: E402

INTERRUPT_GRACE_SECONDS = 3
START_LIMIT_SECONDS = 60
SHUTDOWN_LIMIT_SECONDS = 10

# Lets timers that are still due within two seconds fire, so that what they reject or print is seen.
SETTLE = """
await null
const settleDeadline = Date.now() + 2000
while (process.getActiveResourcesInfo().includes('Timeout') && Date.now() < settleDeadline) {
  await new Promise((resolve) => setTimeout(resolve, 10).unref())
}
await new Promise((resolve) => setImmediate(resolve))
"""


class CellFailure(Exception):
    """Why the notebook failed; the cell is a node of the notebook, or None after the last."""

    def __init__(self, cell, reason):
        super().__init__(reason)
        self.cell = cell
        self.reason = reason


class Execution:
    """One notebook on one kernel of its own, started in the notebook's folder."""

    def __init__(self, notebook, folder, cell_time_limit_ms):
        self.notebook = notebook
        self.folder = folder
        self.limit_seconds = cell_time_limit_ms / 1000
        self.cells_by_request = {}
        self.outputs_by_display = {}
        self.late_stderr = ""
        self.notes = []

    def run(self):
        self.manager = KernelManager(kernel_name="tslab")
        self.manager.start_kernel(cwd=self.folder)
        try:
            self.client = self.manager.blocking_client()
            self.client.start_channels()
            self.client.wait_for_ready(timeout=START_LIMIT_SECONDS)
            for cell in self.notebook.cells:
                if cell.cell_type == "code":
                    self.run_cell(cell)
            self.settle()
        except CellFailure:
            self.manager.shutdown_kernel(now=True)
            raise
        finally:
            self.stop()

    def run_cell(self, cell):
        cell.outputs = []
        cell.execution_count = None
        cell.metadata.pop("execution", None)
        if not cell.source.strip():
            return
        reply = self.execute(cell.source, cell)
        cell.execution_count = reply.get("execution_count")
        if reply["status"] != "ok":
            raise CellFailure(cell, f"the kernel answered \"{reply['status']}\"")
        self.refuse_stderr()

    def settle(self):
        reply = self.execute(SETTLE, None)
        self.refuse_stderr()
        if reply["status"] != "ok":
            raise CellFailure(None, f"the kernel answered \"{reply['status']}\"")

    def execute(self, source, cell):
        """Sends the source; returns the reply once it and the kernel's "idle" are both here."""
        request = self.client.execute(source, store_history=True, allow_stdin=False)
        self.cells_by_request[request] = cell
        poller = zmq.Poller()
        poller.register(self.client.shell_channel.socket, zmq.POLLIN)
        poller.register(self.client.iopub_channel.socket, zmq.POLLIN)
        deadline = time.monotonic() + self.limit_seconds
        interrupted = False
        reply, idle = None, False
        while reply is None or not idle:
            poller.poll(200)
            for message in received(self.client.iopub_channel):
                idle = self.take(message) == request or idle
            for message in received(self.client.shell_channel):
                if message["parent_header"].get("msg_id") == request:
                    reply = message["content"]
            if not self.manager.is_alive():
                raise CellFailure(cell, "the kernel died (process.exit, or killed)")
            if time.monotonic() > deadline:
                if interrupted:
                    raise CellFailure(cell, f"{self.over_limit()} and ignored the interrupt")
                interrupted = True
                deadline = time.monotonic() + INTERRUPT_GRACE_SECONDS
                self.manager.interrupt_kernel()
        if interrupted:
            raise CellFailure(cell, f"{self.over_limit()} and was interrupted")
        return reply

    def over_limit(self):
        return f"ran over its time limit of {self.limit_seconds:g} s"

    def take(self, message):
        """Files an output under its cell, also a late one; returns the id of an idle request."""
        request = message["parent_header"].get("msg_id")
        kind, content = message["msg_type"], message["content"]
        if request not in self.cells_by_request:
            return None
        if kind == "status" and content["execution_state"] == "idle":
            return request
        cell = self.cells_by_request[request]
        if kind == "update_display_data":
            for output in self.outputs_by_display.get(display_id(content), []):
                output["data"] = nbformat.from_dict(content["data"])
                output["metadata"] = nbformat.from_dict(content["metadata"])
        elif kind in ("stream", "display_data", "execute_result", "error"):
            self.add_output(cell, nbformat.v4.output_from_msg(message), display_id(content))
        return None

    def add_output(self, cell, output, display):
        if cell is None:
            self.late_stderr += output.get("text", "") if output.get("name") == "stderr" else ""
            return
        if output.output_type == "stream":
            same = [o for o in cell.outputs if o.get("name") == output.name]
            if same:
                same[0].text += output.text
                return
        cell.outputs.append(output)
        if display is not None:
            self.outputs_by_display.setdefault(display, []).append(output)

    def refuse_stderr(self):
        for cell in self.cells_by_request.values():
            text = stderr_of(cell) if cell else self.late_stderr
            if text:
                raise CellFailure(cell, stderr_reason(text))

    def stop(self):
        """Asks the kernel to end, which stops its cluster; kills it when it does not."""
        if self.manager.is_alive():
            self.manager.request_shutdown()
            deadline = time.monotonic() + SHUTDOWN_LIMIT_SECONDS
            while self.manager.is_alive() and time.monotonic() < deadline:
                time.sleep(0.02)
            if self.manager.is_alive():
                self.notes.append(
                    f"the kernel did not end within {SHUTDOWN_LIMIT_SECONDS} s and was killed: "
                    "something is left open (a last cell should close the lab)"
                )
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def received(channel):
    while True:
        try:
            yield channel.get_msg(timeout=0)
        except queue.Empty:
            return


def display_id(content):
    return content.get("transient", {}).get("display_id")


def stderr_of(cell):
    return "".join(output.text for output in cell.outputs if output.get("name") == "stderr")


def stderr_reason(text):
    if "UnhandledPromiseRejection" in text:
        return "an unhandled rejection came up while it was the last cell started"
    if "UncaughtException" in text:
        return "an uncaught exception came up while it was the last cell started"
    return "wrote to stderr"


def drop_rendered_pictures(notebook):
    """What the save hook of JupyterLab does, so that both write the same bytes."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            clean_output(output)


def failure_record(failure, notebook):
    cell = failure.cell
    if cell is None:
        return {"cell": None, "index": None, "reason": failure.reason, "source": "", "stderr": ""}
    return {
        "cell": cell.get("id"),
        "index": notebook.cells.index(cell),
        "reason": failure.reason,
        "source": cell.source,
        "stderr": stderr_of(cell),
    }


def run_notebook(job, cell_time_limit_ms):
    notebook = nbformat.read(job["path"], as_version=4)
    for cell in notebook.cells:
        if cell.get("id") in job["replace"]:
            cell.source = job["replace"][cell["id"]]
    execution = Execution(notebook, os.path.dirname(job["path"]), cell_time_limit_ms)
    failure = None
    try:
        execution.run()
    except CellFailure as found:
        failure = failure_record(found, notebook)
        if found.cell is None:
            failure["stderr"] = execution.late_stderr
    drop_rendered_pictures(notebook)
    return {
        "path": job["path"],
        "failure": failure,
        "notes": execution.notes,
        "text": nbformat.writes(notebook).rstrip("\n") + "\n",
    }


def end_with_input():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_input, daemon=True).start()
    for job in request["notebooks"]:
        line = json.dumps(run_notebook(job, request["cellTimeLimitMs"]))
        # A process of the kernel's that shares this output may have made it non-blocking: a long
        # line would then end where the buffer is full.
        os.set_blocking(sys.stdout.fileno(), True)
        print(line, flush=True)


main()
