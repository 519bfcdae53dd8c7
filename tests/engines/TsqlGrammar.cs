// Reads T-SQL with Microsoft's own parser (ScriptDom): a text ended by NUL in, one line out: empty where it was read, else the first error.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.SqlServer.TransactSql.ScriptDom;

public static class TsqlGrammar {
  public static int Main() {
    var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
    var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
    var text = new StringBuilder();
    int letter;
    while ((letter = input.Read()) >= 0) {
      if (letter != 0) { text.Append((char)letter); continue; }
      IList<ParseError> errors;
      var read = (TSqlScript)new TSql150Parser(true).Parse(new StringReader(text.ToString()), out errors);
      text.Clear();
      if (errors.Count > 0)
        output.WriteLine((errors[0].Line + ":" + errors[0].Column + " " + errors[0].Message).Replace('\r', ' ').Replace('\n', ' '));
      else
        output.WriteLine(read.Batches.Count == 0 ? "no statement was read" : "");
    }
    return 0;
  }
}
