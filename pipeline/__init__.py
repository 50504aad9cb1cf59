"""From serial abdominal DICOM to a hepatic progression date; each subpackage is one step."""
