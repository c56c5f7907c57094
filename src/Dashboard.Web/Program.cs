using Dashboard.Web.Hosting;

return await ControlRoom.RunAsync(args);
