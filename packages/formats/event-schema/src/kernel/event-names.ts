/** The tasks of classes in the words of PerfView; others have the name of the class. */
const TASKS: Readonly<Record<string, string>> = {
  DiskIo: "DiskIO",
  FileIo: "FileIO",
  PageFault: "Memory",
  HeapTrace: "Heap",
  ObTrace: "Object",
  UmsEvent: "UMS",
  Pool: "Pool",
};

/** Opcodes that PerfView calls otherwise, by class: its words are in the baselines of its tests. */
const OPCODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  EventTrace: { Header: "", RDComplete: "RundownComplete" },
  Process: { End: "Stop", DCEnd: "DCStop" },
  Thread: { End: "Stop", DCEnd: "DCStop" },
  Image: { UnLoad: "Unload", DCEnd: "DCStop" },
  PerfInfo: { SampleProf: "Sample", PmcCounterProf: "PMCSample" },
  FileIo: { MapFileDCEnd: "MapFileDCStop", DletePath: "DeletePath" },
  PageFault: { VirtualAllocDCEnd: "VirtualAllocDCStop" },
  TcpIp: {
    SendIPV4: "Send",
    RecvIPV4: "Recv",
    ConnectIPV4: "Connect",
    DisconnectIPV4: "Disconnect",
    RetransmitIPV4: "Retransmit",
    AcceptIPV4: "Accept",
    ReconnectIPV4: "Reconnect",
    TCPCopyIPV4: "TCPCopy",
  },
  UdpIp: { SendIPV4: "Send", RecvIPV4: "Recv" },
  ALPC: {
    "ALPC-Send-Message": "SendMessage",
    "ALPC-Receive-Message": "ReceiveMessage",
    "ALPC-Wait-For-Reply": "WaitForReply",
    "ALPC-Wait-For-New-Message": "WaitForNewMessage",
    "ALPC-Unwait": "Unwait",
  },
};

/** Records of xperf's text dumps (columns of WPA follow them), by class and opcode of the MOF. */
const RECORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Process: { Start: "P-Start", End: "P-End", DCStart: "P-DCStart", DCEnd: "P-DCEnd" },
  Thread: {
    Start: "T-Start",
    End: "T-End",
    DCStart: "T-DCStart",
    DCEnd: "T-DCEnd",
    CSwitch: "CSwitch",
    ReadyThread: "ReadyThread",
  },
  Image: { Load: "I-Start", UnLoad: "I-End", DCStart: "I-DCStart", DCEnd: "I-DCEnd" },
  PerfInfo: { SampleProf: "SampledProfile", DPC: "DPC", TimerDPC: "DPCTmr", ISR: "Interrupt", Mark: "Mark" },
  StackWalk: { Stack: "Stack" },
  PageFault: { HardFault: "HardFault" },
  DiskIo: { Read: "DiskRead", Write: "DiskWrite", ReadInit: "DiskReadInit", WriteInit: "DiskWriteInit" },
  FileIo: { Create: "FileIoCreate", OperationEnd: "FileIoOpEnd", FileRundown: "FileNameRundown" },
};

export interface KernelEventNames {
  readonly task: string;
  readonly opcode: string;
  readonly recordName: string | undefined;
}

export function kernelEventNames(className: string, opcodeName: string): KernelEventNames {
  return {
    task: TASKS[className] ?? className,
    opcode: OPCODES[className]?.[opcodeName] ?? opcodeName,
    recordName: RECORDS[className]?.[opcodeName],
  };
}
